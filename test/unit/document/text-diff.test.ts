import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  applyChanges,
  diffText,
  isScript,
  rebaseChanges,
  rebaseWrite,
  type TextChange,
} from '../../../src/document/text-diff.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'

const piece = fc.constantFrom('a', 'word', 'other', ' ', '\t', '\n', '\r\n', '}', '😀', '😁', 'é', '\uFEFF', 'x.y(z)')
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))

function typed(changes: readonly TextChange[]): string {
  return changes.map(({ insert }) => insert).join('|')
}

/** Does a script fit a text, and cut no surrogate pair? */
function isCanonicalScript(before: string, changes: readonly TextChange[]): boolean {
  const cutsPair = (at: number): boolean => /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(before.slice(at - 1, at + 1))
  return isScript(before.length, changes) && !changes.some(({ at, remove }) => cutsPair(at) || cutsPair(at + remove))
}

function removed(before: string, changes: readonly TextChange[]): string {
  return changes.map(({ at, remove }) => before.slice(at, at + remove)).join('')
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0
  for (let i = 0; i < whole.length && at < part.length; i++) if (whole[i] === part[at]) at++
  return at === part.length
}

describe('the diff of two texts', () => {
  it('turns one into the other by a canonical script', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = diffText(before, after)
        assert.ok(isCanonicalScript(before, changes))
        assert.equal(applyChanges(before, changes), after)
      }),
      { numRuns: 3000 },
    )
  })

  it('makes no more changes than it may, of a text with many: the closest are joined', () => {
    const lines = 400_000
    const of = (word: string) => Array.from({ length: lines }, (_, i) => `${i}\n${word}\n`).join('')
    const [before, after] = [`${of('a')}end\n`, `${of('b')}END\n`]
    const changes = diffText(before, after)
    assert.equal(changes.length, 1 << 14)
    assert.ok(isCanonicalScript(before, changes))
    assert.equal(applyChanges(before, changes), after)
    // The numbers of most digits are the widest gaps: there changes stay apart.
    assert.deepEqual(changes.at(-2), { at: before.length - 15, remove: 1, insert: 'b' })
  })

  it('is empty for equal texts only', () => {
    assert.deepEqual(diffText('a\nb', 'a\nb'), [])
    assert.deepEqual(diffText('', 'a'), [{ at: 0, remove: 0, insert: 'a' }])
    assert.deepEqual(diffText('a', ''), [{ at: 0, remove: 1, insert: '' }])
  })

  it('types only what is new inside a word', () => {
    assert.deepEqual(diffText('let count = 1\n', 'let counts = 1\n'), [{ at: 9, remove: 0, insert: 's' }])
  })

  it('keeps words rather than white space', () => {
    const changes = diffText('if (a) {\n  run one\n}\n', 'run one\n  \n  {\n')
    assert.doesNotMatch(typed(changes), /run|one/)
  })

  it('replaces a character outside the basic plane whole', () => {
    assert.deepEqual(diffText('x😀y', 'x😁y'), [{ at: 1, remove: 2, insert: '😁' }])
  })

  it('inserts and deletes lines from the start of a line on', () => {
    assert.deepEqual(diffText('b a\nc\n', 'd a\nnew\nc\n').at(-1), { at: 4, remove: 0, insert: 'new\n' })
    assert.deepEqual(diffText('d a\nold\nc\n', 'b a\nc\n').at(-1), { at: 4, remove: 4, insert: '' })
  })

  it('finds few changes in a large text quickly', () => {
    const random = new SeededRandom(1)
    const lines = Array.from({ length: 200_000 }, (_, i) => (i % 3 ? `  call(${random.below(1e6)})\n` : '}\n'))
    const before = lines.join('')
    lines[10] = 'first\n'
    lines.splice(100_000, 2, 'middle\n')
    lines[199_990] = 'last\n'
    const after = lines.join('')
    const start = process.cpuUsage()
    const changes = diffText(before, after)
    const { user, system } = process.cpuUsage(start)
    assert.equal(applyChanges(before, changes), after)
    assert.ok(typed(changes).length < 100, typed(changes).slice(0, 200))
    assert.ok((user + system) / 1e6 < 3)
  })

  it('ends for texts that have little in common', () => {
    const random = new SeededRandom(2)
    const make = () => Array.from({ length: 8000 }, () => `${random.below(9)} ${random.below(9)}\n`).join('')
    const [before, after] = [make(), make()]
    assert.equal(applyChanges(before, diffText(before, after)), after)
  })
})

describe('a script from elsewhere', () => {
  const cases: readonly [string, string, readonly TextChange[], boolean][] = [
    ['nothing', 'abc', [], true],
    [
      'changes in order',
      'abc',
      [
        { at: 0, remove: 1, insert: '' },
        { at: 2, remove: 1, insert: 'x' },
      ],
      true,
    ],
    [
      'changes out of order',
      'abc',
      [
        { at: 2, remove: 1, insert: '' },
        { at: 0, remove: 1, insert: '' },
      ],
      false,
    ],
    [
      'overlapping changes',
      'abc',
      [
        { at: 0, remove: 2, insert: '' },
        { at: 1, remove: 1, insert: '' },
      ],
      false,
    ],
    [
      'changes that touch',
      'abc',
      [
        { at: 0, remove: 1, insert: '' },
        { at: 1, remove: 1, insert: '' },
      ],
      false,
    ],
    ['an empty change', 'abc', [{ at: 1, remove: 0, insert: '' }], false],
    ['a change beyond the end', 'abc', [{ at: 2, remove: 2, insert: '' }], false],
    ['a change before the start', 'abc', [{ at: -1, remove: 1, insert: '' }], false],
    ['a negative length', 'abc', [{ at: 1, remove: -1, insert: 'x' }], false],
    ['a fraction', 'abc', [{ at: 0.5, remove: 1, insert: '' }], false],
    ['half a pair', 'abc', [{ at: 1, remove: 0, insert: '\uD83D' }], false],
    ['NUL', 'abc', [{ at: 1, remove: 0, insert: '\0' }], false],
    ['an insert within a pair', 'a😀c', [{ at: 2, remove: 0, insert: 'x' }], false],
    ['the removal of half a pair', 'a😀c', [{ at: 1, remove: 1, insert: '' }], false],
    ['the removal of a pair', 'a😀c', [{ at: 1, remove: 2, insert: '' }], true],
  ]
  for (const [name, over, changes, isGood] of cases)
    it(`with ${name} is ${isGood ? 'taken' : 'refused'}`, () => {
      assert.equal(isCanonicalScript(over, changes), isGood)
    })
})

describe('a change laid over another text', () => {
  it('inserts the same strings in order and deletes no more than it did', () => {
    fc.assert(
      fc.property(text, text, text, (base, target, other) => {
        const own = diffText(base, target)
        const laid = rebaseChanges(base, own, other)
        assert.ok(isCanonicalScript(other, laid))
        assert.equal(laid.map(({ insert }) => insert).join(''), own.map(({ insert }) => insert).join(''))
        assert.ok(isSubsequence(removed(other, laid), removed(base, own)))
      }),
      { numRuns: 3000 },
    )
  })

  it('is itself over its own base', () => {
    fc.assert(
      fc.property(text, text, (base, target) => {
        const own = diffText(base, target)
        assert.deepEqual(rebaseChanges(base, own, base), own)
      }),
    )
  })

  it('keeps what others typed meanwhile when a file is written whole', () => {
    const base = 'one\ntwo\nthree\n'
    const changes = rebaseWrite(base, 'one\n2\nthree\n', 'zero\none\ntwo\nthree\nfour\n')
    assert.equal(applyChanges('zero\none\ntwo\nthree\nfour\n', changes), 'zero\none\n2\nthree\nfour\n')
  })

  it('deletes nothing that is gone already', () => {
    assert.deepEqual(rebaseWrite('a b c\n', 'a c\n', 'a c\n'), [])
  })
})
