import { gatewayQuestions } from './gateway-questions'
import { merchantQuestions, permissionQuestions } from './merchant-questions'
import { elsewhereQuestions, v2Questions } from './other-questions'
import type { Question } from './question'

/** What can be asked without moving money, by the rows of FIDELITY.md. */
export const questions: readonly Question[] = [
  ...gatewayQuestions,
  ...merchantQuestions,
  ...v2Questions,
  ...elsewhereQuestions,
  ...permissionQuestions,
]
