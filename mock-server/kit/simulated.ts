/** What the simulators' own API keys begin with: a real shop that is handed one notices before it takes an order. */
export const simulatedKeyPrefix = 'SIMULATED'

/** Stands in the certificates that the simulators make. */
export const simulatedUnit = 'Simulated'
