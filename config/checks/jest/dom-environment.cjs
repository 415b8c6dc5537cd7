const { TestEnvironment } = require('jest-environment-jsdom')
require('./compile-once.cjs')

/** A page without a screen, for each test file anew. Packages that are nothing but tables come from the worker. */
module.exports = class DomEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context)
    this.global[Symbol.for('shared-tables')] = { 'aria-query': require('aria-query') }
  }
}
