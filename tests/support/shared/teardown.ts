import { stopShared } from './setup'

/** Jest's `globalTeardown` of the e2e tests. */
export default stopShared
