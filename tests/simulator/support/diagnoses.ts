import type { Diagnosis } from '../../../mock-server/simulator/kit/diagnosis'
import { callJson } from './merchant-client'

/** What the doctor said, newest first, about everything that was answered already. */
export async function diagnosesAt(controlUrl: string, limit = 50): Promise<readonly Diagnosis[]> {
  const { json } = await callJson('GET', `${controlUrl}/control/diagnoses?limit=${limit}`)
  return json['diagnoses'] as readonly Diagnosis[]
}

/** The newest one alone. */
export async function newestDiagnosis(controlUrl: string): Promise<Diagnosis | undefined> {
  return (await diagnosesAt(controlUrl, 1))[0]
}
