// Keeps the page itself on the phone, so that it opens with no signal. Orders and what was done are kept by the page.
const KEPT = 'kerbwatch-crew-1';
const SHELL = ['/crew/', '/crew/crew.css', '/crew/icon.svg', '/crew/manifest.json', '/crew/js/main.js', '/crew/js/queue.js', '/crew/js/words.js', '/crew/js/view.js', '/crew/js/map.js', '/crew/js/photo.js'];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== KEPT && name !== 'kerbwatch-pictures').map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

/** The page: from the server while it answers, else as it was kept. Pictures: as they were kept, for they do not change. */
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith('/crew/')) {
    event.respondWith(fetch(event.request).then((response) => {
      if (response.ok) {
        const copy = response.clone();
        caches.open(KEPT).then((cache) => cache.put(event.request, copy));
      }
      return response;
    }).catch(() => caches.match(event.request, { ignoreSearch: true }).then((kept) => kept ?? caches.match('/crew/'))));
  } else if (url.pathname.startsWith('/api/v1/shared/snapshots/')) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request).then((response) => {
      if (response.ok) {
        const copy = response.clone();
        caches.open('kerbwatch-pictures').then((cache) => cache.put(url.pathname, copy));
      }
      return response;
    })));
  }
});
