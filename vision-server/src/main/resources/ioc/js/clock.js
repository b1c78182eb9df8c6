/** A difference so much smaller means that a clock was set, or that the machine slept. */
const STEP = 15_000;
let ahead = null;

/** Takes the moment that an answer was made at. Answers are under way for a while, so the largest difference is the nearest. */
export function heardOf(at) {
  const difference = Date.parse(at) - Date.now();
  if (ahead === null || difference > ahead || ahead - difference > STEP) ahead = difference;
}

/** What time it is by the server, in milliseconds: all that is shown is told by its clock, and a wall's own may be wrong. */
export const now = () => Date.now() + (ahead ?? 0);
