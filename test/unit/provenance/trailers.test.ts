import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import type { ChangeId } from '../../../src/provenance/change-id.ts'
import { readRecordTrailers, recordTrailers } from '../../../src/provenance/record-trailers.ts'
import { addTrailers, parseTrailers, type Trailer } from '../../../src/provenance/trailers.ts'

/** Git without anybody's configuration; `#` is text in a commit object, so another character begins its comments. */
function interpret(message: string, ...options: readonly string[]): string {
  const git = ['-c', 'core.commentChar=\u0001', 'interpret-trailers', '--no-divider', ...options]
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', git, { input: message, env, cwd: '/' }).toString()
}

function byGit(message: string, added: readonly Trailer[]): string {
  const options = added.flatMap(({ key, value }) => ['--trailer', `${key}: ${value}`])
  return interpret(message, '--if-exists', 'addIfDifferent', '--if-missing', 'add', ...options)
}

function parsedByGit(message: string): string[] {
  return interpret(message, '--parse').split('\n').slice(0, -1)
}

const added: readonly Trailer[] = [
  { key: 'AI-VCS-Change', value: '00112233445566778899aabbccddeeff' },
  { key: 'Co-authored-by', value: 'Ada <ada@example.org>' },
]

describe('trailers', () => {
  const messages: readonly (readonly [string, string])[] = [
    ['a subject only', 'subject\n'],
    ['a subject that looks like a trailer', 'fix: it\n'],
    ['a body', 'subject\n\nbody: with\nmore lines\n'],
    ['a block', 'subject\n\nbody\n\nReviewed-by: B <b@x>\n'],
    ['a block with one of them', 'subject\n\nAi-vcs-change: 00112233445566778899AABBCCDDEEFF\nX: y\n'],
    ['a folded trailer', 'subject\n\nKey : value  \n  more\n\tmost\nOther:\n  below\n'],
    ['a block that is half text', 'subject\n\ntext\nmore\nSigned-off-by: A <a@x>\n'],
    ['a block that is mostly text', 'subject\n\n1\n2\n3\n4\nSigned-off-by: A <a@x>\n'],
    ['a cherry-pick', 'subject\n\nbody\n\n(cherry picked from commit 1234)\n'],
    ['blank lines at the end', 'subject\n\nA: b\n\n\n'],
    ['spaces at the end', 'subject\n\nA: b\n  \n'],
    ['a body that begins with a number', 'subject\n\n#12 is fixed\n'],
    ['a divider', 'subject\n\nbody\n---\nA: b\n'],
  ]

  for (const [name, message] of messages)
    it(`are placed and parsed as git does it: ${name}`, () => {
      assert.equal(addTrailers(message, added), byGit(message, added))
      assert.deepEqual(
        parseTrailers(message).map(({ key, value }) => `${key}: ${value}`),
        parsedByGit(message),
      )
    })

  it('are placed and parsed as git does it in any message', () => {
    const lines = [
      '',
      ' ',
      'text',
      '  indented',
      'A: b',
      'a : b',
      'C:',
      'no key: x',
      'Signed-off-by: A <a>',
      '#1',
      'é: x',
    ]
    const message = fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 9 }).map((found) => found.join('\n'))
    fc.assert(
      fc.property(message, (body) => {
        const whole = `subject\n${body}\n`
        assert.equal(addTrailers(whole, added), byGit(whole, added))
        assert.deepEqual(
          parseTrailers(whole).map(({ key, value }) => `${key}: ${value}`),
          parsedByGit(whole),
        )
      }),
      { numRuns: 50 },
    )
  }).timeout(60_000)

  it('are placed after a last line without a line feed as if it had one', () => {
    assert.equal(addTrailers('subject', added), addTrailers('subject\n', added))
    assert.equal(addTrailers('subject\n\nA: b', added), addTrailers('subject\n\nA: b\n', added))
  })

  it('are not repeated when they are added again', () => {
    const once = addTrailers('subject\n', added)
    assert.equal(addTrailers(once, added), once)
  })

  it('are refused with what would make another line, an escape or nothing of them', () => {
    for (const value of ['a\nb', 'a\rb', '\u001b[1m', '\u0085', '\u2028', '', ' \t', '\ud800'])
      assert.throws(() => addTrailers('s\n', [{ key: 'AI-Model', value }]), { code: 'USAGE' })
    for (const key of ['', 'a b', 'a:', 'é', 'a\n'])
      assert.throws(() => addTrailers('s\n', [{ key, value: 'x' }]), { code: 'USAGE' })
  })

  it('carry a record there and back', () => {
    const facts = {
      changeId: 'ab'.repeat(16) as ChangeId,
      room: '0011223344556677',
      agent: 'did:key:z6Mk',
      model: 'some/model-1',
      digest: 'cd'.repeat(32),
      coAuthors: ['Ada <ada@example.org>'],
    }
    const message = addTrailers('subject\n\nbody\n', recordTrailers(facts))
    assert.match(message, /\n\nAI-VCS-Change: ab[^]+\nAI-Meta: sha256:(cd)+\nCo-authored-by: Ada <ada@example.org>\n$/)
    assert.deepEqual(readRecordTrailers(message), {
      changeIds: [facts.changeId],
      rooms: [facts.room],
      agents: [facts.agent],
      models: [facts.model],
      digests: [facts.digest],
    })
  })

  it('of a record are left out where they are malformed', () => {
    const found = readRecordTrailers('s\n\nAI-VCS-Change: 12\nAI-VCS-Room: ..\nAI-Meta: sha1:00\nAI-Meta: sha256:AB\n')
    assert.deepEqual(found, { changeIds: [], rooms: [], agents: [], models: [], digests: [] })
  })
})
