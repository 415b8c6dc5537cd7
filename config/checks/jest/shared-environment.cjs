const { ModernFakeTimers } = require('@jest/fake-timers')
const { ModuleMocker } = require('jest-mock')
const { here } = require('./compile-once.cjs')
const { startAnew } = require('./kept-keys.cjs')
const { forgetChanged, load } = require('./shared-modules.cjs')

/**
 * Node as it is: a test file runs in the worker's own context and not in one of its own, so that it can share the
 * modules that the worker has loaded. What it does to what is global ends with it.
 */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtException', 'unhandledRejection', 'warning']

/** @returns a function that puts everything back */
function remember() {
  const globals = Object.getOwnPropertyDescriptors(globalThis)
  const { exit, exitCode, argv } = process
  const env = { ...process.env }
  const listeners = signals.map((name) => [name, new Set(process.listeners(name))])
  return () => {
    for (const name of Reflect.ownKeys(globalThis)) if (!(name in globals)) delete globalThis[name]
    for (const name of Reflect.ownKeys(globals)) {
      const { value } = globals[name]
      if ('value' in globals[name] && globalThis[name] !== value) globalThis[name] = value
    }
    Object.assign(process, { exit, exitCode, argv })
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
    for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) process.env[name] = value
    for (const [name, kept] of listeners)
      for (const listener of process.listeners(name)) if (!kept.has(listener)) process.off(name, listener)
  }
}

module.exports = class SharedEnvironment {
  constructor({ globalConfig, projectConfig }) {
    if (globalConfig.watch || globalConfig.watchAll) forgetChanged()
    startAnew()
    this.restore = remember()
    this.global = globalThis
    this.moduleMocker = new ModuleMocker(globalThis)
    this.fakeTimers = null
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis })
    Object.assign(globalThis, projectConfig.globals)
    globalThis[Symbol.for('shared-modules')] = load
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose()
    this.moduleMocker.restoreAllMocks()
    this.restore()
  }

  exportConditions() {
    return ['node', 'node-addons']
  }

  getVmContext() {
    return here
  }
}
