import { problemWords } from './problems.js';

/** What the server answered instead of what was asked for (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(problemWords(status, body));
    this.status = status;
    this.body = body;
  }
}

async function send(method, path, body, headers = {}, signal = undefined) {
  const response = await fetch(path, {
    method,
    signal,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` } : {}),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) window.dispatchEvent(new Event('signed-out'));
  throw new Problem(response.status, problem);
}

const json = async (response) => (response.status === 204 ? null : response.json());

/** Reads; `signal` may end it before its answer has come. */
export const get = async (path, signal) => json(await send('GET', `/api/v1${path}`, undefined, {}, signal));
export const post = async (path, body) => json(await send('POST', `/api/v1${path}`, body));
/** As post, with the status: whether something was made, or was there already. */
export async function postFor(path, body) {
  const response = await send('POST', `/api/v1${path}`, body);
  return { status: response.status, body: await json(response) };
}
export const remove = async (path) => json(await send('DELETE', `/api/v1${path}`));

/** Reads a thing with its version, and writes it back only if nobody else changed it meanwhile. */
export async function getVersioned(path) {
  const response = await send('GET', `/api/v1${path}`);
  return { body: await response.json(), version: response.headers.get('ETag') };
}
export const patch = async (path, body, version) => json(await send('PATCH', `/api/v1${path}`, body, { 'If-Match': version }));
export const put = async (path, body, version) => json(await send('PUT', `/api/v1${path}`, body, version === undefined ? {} : { 'If-Match': version }));

/** A query of what is not empty, with its question mark. */
export function query(values) {
  const some = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return some.length === 0 ? '' : `?${new URLSearchParams(some)}`;
}

/** A picture as an object URL, or null if there is none; whoever shows it revokes it. */
export async function picture(path) {
  const response = await fetch(path, { cache: 'no-store' });
  return response.ok ? URL.createObjectURL(await response.blob()) : null;
}

/** Follows what happens; the browser itself resumes after a break where it broke off. */
export function follow(types, heard, state) {
  const source = new EventSource('/api/v1/events');
  source.addEventListener('open', () => state('on'));
  source.addEventListener('error', () => state('off'));
  for (const type of types) {
    source.addEventListener(type, (event) => heard(type, JSON.parse(event.data || '{}')));
  }
  return () => source.close();
}
