/** Hundreds of files of roles: `dom-environment.cjs` has them loaded. */
module.exports = globalThis[Symbol.for('shared-tables')]['aria-query']
