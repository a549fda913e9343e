import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ProposalRequest } from '../../../src/contracts/merge-proposer.ts'
import { checkCandidate } from '../../../src/merge/proposals/check-candidate.ts'
import { groupCandidates } from '../../../src/merge/proposals/group-candidates.ts'
import { maxAnswerUnits, readAnswer } from '../../../src/merge/proposals/read-answer.ts'
import { unconserved } from '../../../src/merge/proposals/unconserved.ts'

const request: ProposalRequest = {
  v: 1,
  kind: 'merge.propose',
  id: 'a1',
  path: 'a.ts',
  conflict: { base: 'f(a)\n', left: 'f(a, b)\n', right: 'f(a, c)\n', reason: 'both-changed' },
  context: { before: 'one\ntwo\n', after: 'three\nfour\n', messagesLeft: [], messagesRight: [] },
  attempt: 1,
  previous: [],
  limits: { maxCandidates: 2, maxUnits: 200 },
}
const answer = (more: object = {}) => JSON.stringify({ v: 1, id: 'a1', candidates: [], ...more })
const faults = (resolution: string, more: Partial<ProposalRequest> = {}) =>
  checkCandidate({ ...request, ...more }, resolution).faults.join('; ')

describe('answers of a proposer', () => {
  it('are read where they have the form, and answer what was asked', () => {
    const candidates = [{ resolution: 'f(a, b, c)\n', explanation: 'both', confidence: 0.5 }]
    assert.deepEqual(readAnswer(answer({ candidates, decline: '' }), request), {
      status: 'answer',
      answer: { candidates },
    })
    assert.deepEqual(readAnswer(answer({ decline: 'why' }), request), {
      status: 'answer',
      answer: { candidates: [], decline: 'why' },
    })
  })

  it('are faults where they have not, and never throw', () => {
    const wrong = [
      '',
      'null',
      '[]',
      '{}',
      answer({ v: 2 }),
      answer({ id: 'a2' }),
      answer({ id: 1 }),
      answer({ more: 1 }),
      answer({ candidates: {} }),
      answer({ candidates: [{}] }),
      answer({ candidates: [{ resolution: 'a', apply: true }] }),
      answer({ candidates: [{ resolution: '\ud800' }] }),
      answer({ candidates: [{ resolution: 'a', confidence: 2 }] }),
      answer({ candidates: Array.from({ length: 3 }, () => ({ resolution: 'a' })) }),
      answer({ candidates: [{ resolution: 'x'.repeat(70_000) }] }),
      `${answer()}${' '.repeat(maxAnswerUnits)}`,
      '{"__proto__":{"v":1}}',
      '['.repeat(100_000),
    ]
    for (const text of wrong) assert.equal(readAnswer(text, request).status, 'fault', text.slice(0, 60))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => answer({ candidates: [text] })),
        ),
        (text) => {
          readAnswer(text, request)
        },
      ),
    )
  })
})

describe('candidates of a proposer', () => {
  it('pass with all that both sides added, and tell which words are their own', () => {
    assert.deepEqual(checkCandidate(request, 'f(a, b, c)\n'), { resolution: 'f(a, b, c)\n', faults: [], added: [] })
    const { faults: none, added } = checkCandidate(request, 'f(a, b, c, extra)')
    assert.deepEqual([none, added], [[], ['extra']])
  })

  it('are refused where they lose or keep what a side added or deleted', () => {
    assert.match(faults('f(a, b)\n'), /loses what a side has: c/)
    assert.match(faults(''), /loses what a side has: .* b/)
    const conflict = { base: 'x\nold\n', left: 'x\n', right: 'y\nold\n', reason: 'both-changed' }
    assert.equal(faults('y\n', { conflict }), '')
    assert.match(faults('y\nold\n', { conflict }), /keeps what a side deleted: old/)
  })

  it('are refused with markers, beyond the limit, with lines around the conflict, and with marks of what was not sent', () => {
    assert.match(faults('<<<<<<< a\nf(a, b)\n=======\nf(a, c)\n>>>>>>> b\n'), /conflict markers/)
    assert.match(faults(`f(a, b, c)${' '.repeat(200)}\n`), /more than 200 characters/)
    assert.match(faults('one\ntwo\nf(a, b, c)\n'), /repeats lines/)
    assert.match(faults('f(a, b, c)\nthree\nfour\n'), /repeats lines/)
    assert.match(faults('f(a, b, c) // [redacted: AWS]\n'), /not sent/)
  })

  it('have the ends of lines of the sides', () => {
    const conflict = { base: 'a\r\n', left: 'b\r\n', right: 'c\r\n', reason: 'both-changed' }
    assert.equal(checkCandidate({ ...request, conflict }, 'b\nc').resolution, 'b\r\nc\r\n')
    const last = { base: 'a', left: 'b', right: 'c', reason: 'both-changed' }
    assert.equal(checkCandidate({ ...request, conflict: last }, 'b\nc').resolution, 'b\nc')
  })

  it('are one where they are one text, and come by how often they were given', () => {
    const groups = groupCandidates([
      { resolution: 'a\n', explanation: 'first' },
      { resolution: 'b \n' },
      { resolution: 'b\r\n\n' },
    ])
    assert.deepEqual(
      groups.map(({ resolution, votes }) => [resolution, votes]),
      [
        ['b \n', 2],
        ['a\n', 1],
      ],
    )
  })

  it('that are the merge of lines far apart always pass, and without any of them never', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/)
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 3, maxLength: 3 }), ([base, left, right]) => {
        const conflict = {
          base: `${base}\n`,
          left: `${base}\n${left}\n`,
          right: `${base}\n${right}\n`,
          reason: 'both-added',
        }
        assert.equal(faults(`${base}\n${left}\n${right}\n`, { conflict }), '')
        assert.notEqual(faults(`${base}\n${left}\n`, { conflict }), '')
        assert.notEqual(faults(`${base}\n${right}\n`, { conflict }), '')
      }),
    )
  })

  it('are told what is wrong with each token', () => {
    assert.deepEqual(unconserved('a b\n', 'a\n', 'a b c\n', 'b d\n'), [
      { name: 'a', kind: 'lost' },
      { name: 'b', kind: 'kept' },
      { name: 'c', kind: 'lost' },
      { name: 'd', kind: 'extra' },
    ])
  })
})
