// What was done and not yet sent. It stands in the phone's database before anything else happens, and is sent in the order
// in which it was done, each with a key of its own: sent twice, it happens once.
const NAME = 'kerbwatch-crew';

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('queue', { keyPath: 'number', autoIncrement: true });
      request.result.createObjectStore('kept');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(store, mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const waiting = () => within('queue', 'readonly', (store) => store.getAll());
export const keep = (name, value) => within('kept', 'readwrite', (store) => store.put(value, name));
export const kept = (name) => within('kept', 'readonly', (store) => store.get(name));

/** Puts something into the queue. */
export const add = (path, body, order, words) => within('queue', 'readwrite', (store) => store.add({
  path, body, order, words, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: new Date().toISOString(),
}));

const drop = (number) => within('queue', 'readwrite', (store) => store.delete(number));

let sending = null;

/**
 * Sends all that waits; one run at a time.
 *
 * @returns what was refused, in the order in which it was done; null if there was no signal
 */
export function send() {
  sending ??= run().finally(() => { sending = null; });
  return sending;
}

async function run() {
  const refused = [];
  for (const entry of await waiting()) {
    let response;
    try {
      response = await fetch(entry.path, {
        method: 'POST', body: JSON.stringify(entry.body), headers: { 'Content-Type': 'application/json', 'Idempotency-Key': entry.key },
      });
    } catch {
      return null;
    }
    // A server that is being started, or a signal that ends at somebody's sign-in page: later.
    if (response.status >= 500 || response.status === 429 || response.status === 401) return null;
    if (!response.ok) refused.push({ ...entry, status: response.status, problem: await response.json().catch(() => ({})) });
    await drop(entry.number);
  }
  return refused;
}
