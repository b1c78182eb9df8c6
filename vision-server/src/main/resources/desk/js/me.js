import { get } from './api.js';

let me = { name: '', role: '', scopes: [], sites: [] };

/** Asks once who is signed in. */
export async function whoAmI() {
  me = await get('/me');
  return me;
}

/** Whether whoever is signed in may do what asks for a scope; what they may not is not shown. */
export const may = (scope) => me.scopes.includes(scope);
