import type { Diagnosis } from '../../../mock-server/simulator/kit/diagnosis'
import type { WechatSimulatorOptions } from '../../../mock-server/simulator/wechat/options'
import { newestDiagnosis } from './diagnoses'
import { createWechatWorld, type WechatWorld } from './wechat-world'

export interface DoctorSuite {
  /** Started before the first test. */
  readonly world: WechatWorld
  /** The newest diagnosis about all requests answered so far. */
  newest(): Promise<Diagnosis | undefined>
}

/** Describes a suite about the doctor, with one simulator for all its tests that is emptied before each. */
export function describeDoctor(
  subject: string,
  suite: (doctor: DoctorSuite) => void,
  options: () => Promise<WechatSimulatorOptions> = () => Promise.resolve({}),
): void {
  describe(`the doctor, over ${subject}`, () => {
    let started: WechatWorld | null = null
    const doctor: DoctorSuite = {
      get world() {
        if (started === null) throw new Error('The simulator runs inside tests and hooks only.')
        return started
      },
      newest: () => newestDiagnosis(doctor.world.wechat.controlUrl),
    }
    beforeAll(async () => {
      started = await createWechatWorld(await options())
    })
    beforeEach(() => doctor.world.control('POST', '/control/reset', {}))
    afterAll(() => started?.stop())
    suite(doctor)
  })
}
