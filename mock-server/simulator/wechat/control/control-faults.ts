import type { FastifyInstance } from 'fastify'
import { readRecord } from '../../kit/read-request'
import { ControlRefusal } from './control-refusal'
import {
  allFaultNames,
  defaultValue,
  faultNames,
  isFaultName,
  type FaultKind,
  type FaultName,
} from '../domain/fault-names'
import type { Faults } from '../faults/faults'
import type { FaultRule } from '../domain/fault-rule'

const timesMax = 1000

/** Switches faults on and off: for all trades or one, without limit or for a number of times. */
export function addFaultRoutes(
  server: FastifyInstance,
  faults: Faults,
  onChange: (name: FaultName, on: boolean) => void,
): void {
  server.get('/control/faults', () => ({ faults: faults.list() }))

  server.put('/control/faults/:name', async (request) => {
    const { name } = request.params as { name: string }
    if (!isFaultName(name)) {
      const known = allFaultNames.join(', ')
      throw new ControlRefusal(404, 'FAULT_UNKNOWN', `There is no fault ${name}. There is: ${known}.`)
    }
    const { on, rule } = readRule(name, readRecord(request.body))
    await (on ? faults.set(rule) : faults.clear(name, rule.trade))
    onChange(name, on)
    return { faults: faults.list() }
  })
}

/** @throws ControlRefusal */
function readRule(name: FaultName, body: Readonly<Record<string, unknown>>): { on: boolean; rule: FaultRule } {
  const { on, mchid, out_trade_no, times = null, value = defaultValue(name) } = body
  if (typeof on !== 'boolean') throw new ControlRefusal(400, 'ON_INVALID', 'Send {"on": true} or {"on": false}.')
  const isTrade = typeof mchid === 'string' && typeof out_trade_no === 'string'
  if (!isTrade && (mchid !== undefined || out_trade_no !== undefined)) {
    throw new ControlRefusal(400, 'TRADE_INVALID', 'For one trade name both mchid and out_trade_no.')
  }
  if (times !== null && !(Number.isInteger(times) && Number(times) >= 1 && Number(times) <= timesMax)) {
    throw new ControlRefusal(400, 'TIMES_INVALID', `times must be a whole number from 1 to ${timesMax}.`)
  }
  const { value: unit }: FaultKind = faultNames[name]
  if (unit === undefined && body['value'] !== undefined) {
    throw new ControlRefusal(400, 'VALUE_INVALID', `${name} has no value.`)
  }
  if (unit !== undefined && !(typeof value === 'number' && value > 0 && value <= unit.max)) {
    throw new ControlRefusal(400, 'VALUE_INVALID', `value must be ${unit.unit}, above 0 and up to ${unit.max}.`)
  }
  return {
    on,
    rule: {
      name,
      trade: isTrade ? { mchid, out_trade_no } : null,
      remaining: times === null ? null : Number(times),
      value: Number(value),
    },
  }
}
