import type { ProposalAnswer, ProposalRequest } from '../../contracts/merge-proposer.ts'
import type { JsonValue } from '../../provenance/canonical-json.ts'
import * as json from '../../provenance/json-shape.ts'

/** UTF-16 units of an answer. */
export const maxAnswerUnits = 1 << 20
/** Of one resolution. */
export const maxResolutionUnits = 1 << 16
/** Candidates of one answer. */
export const maxCandidates = 8

const maxExplanationUnits = 4000

/** An answer, or why it is none, as a clause. */
export type ReadAnswer =
  | { readonly status: 'answer'; readonly answer: ProposalAnswer }
  | { readonly status: 'fault'; readonly fault: string }

const shape = json.object(
  { v: json.only(1), id: json.text(200), candidates: json.list(candidateShape, maxCandidates) },
  { decline: json.text(maxExplanationUnits) },
)

function candidateShape(value: JsonValue) {
  return json.object(
    { resolution: json.text(maxResolutionUnits) },
    {
      explanation: json.text(maxExplanationUnits),
      confidence: json.numberUpTo(1),
    },
  )(value)
}

/** Reads what a proposer has answered to a request. Nothing that it may say is an error of ours. */
export function readAnswer(text: string, { id, limits }: ProposalRequest): ReadAnswer {
  const fault = (words: string): ReadAnswer => ({ status: 'fault', fault: words })
  if (text.length > maxAnswerUnits) return fault(`the answer has more than ${maxAnswerUnits} characters`)
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return fault('the answer is no JSON')
  }
  const read = shape(value)
  if (!read) return fault('the answer has not the form that was asked for')
  if (read.id !== id) return fault('the answer is one to another question')
  if (read.candidates.length > limits.maxCandidates)
    return fault(`the answer has more than ${limits.maxCandidates} candidates`)
  const { candidates, decline } = read
  return { status: 'answer', answer: { candidates, ...(decline && { decline }) } }
}

/** The form of an answer, as JSON Schema: chat completions take it as `response_format`. */
export const answerSchema = {
  type: 'object',
  properties: {
    v: { type: 'integer', enum: [1] },
    id: { type: 'string' },
    candidates: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          resolution: { type: 'string' },
          explanation: { type: 'string' },
          confidence: { type: 'number' },
        },
        required: ['resolution', 'explanation', 'confidence'],
        additionalProperties: false,
      },
    },
    decline: { type: 'string' },
  },
  required: ['v', 'id', 'candidates', 'decline'],
  additionalProperties: false,
} as const
