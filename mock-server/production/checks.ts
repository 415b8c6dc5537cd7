import { findMistakes, examineTopic, type Examined, type Mistake, type Surroundings, type Topic } from './checks/check'
import { certificate } from './checks/certificate'
import { dataFile, database } from './checks/store'
import { merchantKeys } from './checks/merchant-keys'
import { cors, proxies } from './checks/network'
import { ownerHook } from './checks/owner-hook'
import { platformKey } from './checks/platform-key'
import { nodeMistakes } from './checks/node'
import { publicBase } from './checks/public-base'
import { secrets } from './checks/secrets'
import { builds, gifts, goods, log, orderPath, qq, refunds, sellers } from './checks/shop'
import { simulatorAddresses, simulators } from './checks/simulators'
import { staticRoot } from './checks/static-root'
import type { Finding } from './finding'
import type { Environment } from './read-variables'

/** All that the doctor knows, in the order of its report (after 接入质量检查清单). */
export const topics: readonly Topic[] = [
  publicBase,
  { mistakes: nodeMistakes },
  simulators,
  secrets,
  merchantKeys,
  certificate,
  platformKey,
  proxies,
  cors,
  dataFile,
  database,
  staticRoot,
  orderPath,
  goods,
  sellers,
  ...builds,
  log,
  qq,
  ownerHook,
  gifts,
  refunds,
]

/** Mistakes that show in the environment alone, also where settings are missing. */
const surroundings: readonly Mistake<Surroundings>[] = [...nodeMistakes, ...simulatorAddresses]

/** Checks everything that this machine can see before real money is taken. */
export function examine(examined: Examined): readonly Finding[] {
  return topics.flatMap((topic) => examineTopic(topic, examined))
}

/** Checks what needs no valid settings. */
export function examineSurroundings(environment: Environment): readonly Finding[] {
  return findMistakes(surroundings, { environment })
}

/** Findings about simulators' addresses in the environment. */
export function findSimulatorAddresses(environment: Environment): readonly Finding[] {
  return findMistakes(simulatorAddresses, { environment })
}
