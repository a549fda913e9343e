import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { mergeText } from '../../../src/merge-on-node.ts'
import { nameCounts } from '../../../src/merge/checks/bindings.ts'
import { lostScopes } from '../../../src/merge/checks/lost-scopes.ts'
import { Identities } from '../../../src/merge/structure/identities.ts'
import { Source } from '../../../src/merge/structure/source.ts'
import { codeDriver } from '../../support/merge-fuzz/code-driver.ts'
import { parserOf, samples } from './syntax/samples.ts'

/** Generated edits of a text of each language. */
const edits = 10

/**
 * By file what it is merged in: texts behind `# lost`, which leave a use of `total` without what it means on its side, and `# bound`, which do not. A line with `-` one side takes
 * away, one with `<` it adds, one with `+` the other side adds.
 */
const folder = fileURLToPath(new URL('../../../../test/fixtures/scopes/', import.meta.url))

interface ScopeCase {
  readonly expected: string
  readonly lines: readonly string[]
}

function casesOf(file: string): readonly ScopeCase[] {
  const parts = readFileSync(join(folder, file), 'utf8').split(/^# /m).slice(1)
  return parts.map((part) => {
    const [expected, ...lines] = part.split('\n')
    return { expected: expected!, lines: lines.filter((line) => line !== '') }
  })
}

/** The lines that have one of these marks, without it. */
function textOf({ lines }: ScopeCase, marks: string): string {
  return lines.flatMap((line) => (marks.includes(line[0]!) ? [`${line.slice(3)}\n`] : [])).join('')
}

describe('what a name means', () => {
  const merge = async (path: string, each: ScopeCase) => {
    const [base, left, right] = [' -', ' <', ' -+'].map((marks) => textOf(each, marks)) as [string, string, string]
    const one = await mergeText({ path, base, left, right })
    const other = await mergeText({ path, base, left: right, right: left })
    assert.equal(one.status, other.status)
    return one.status === 'clean' ? [] : one.findings
  }

  for (const file of readdirSync(folder)) {
    const path = basename(file, '.txt')
    it(`is told by its scopes in ${path}`, async () => {
      const lost = [{ check: 'bindings', name: path === 'a.php' ? '$total' : 'total' }]
      for (const each of casesOf(file))
        assert.deepEqual(await merge(path, each), each.expected === 'lost' ? lost : [], each.lines.join('\n'))
    })
  }

  it('is no matter of a merge where one side changed nothing', async function () {
    this.timeout(60_000)
    for (const { path, language, text } of samples) {
      if (!language.merge) continue
      const parser = await parserOf(language)
      const driver = await codeDriver(path, language, text)
      let made = 0
      for (const triple of driver.triples(new SeededRandom(5))) {
        if (made++ === edits) break
        const identities = new Identities()
        const [base, left, right] = [triple.base, triple.left, triple.right].map((text) => {
          const outcome = parser.parse(text)
          assert.ok(outcome.status === 'parsed')
          return new Source(outcome.tree, language, language.merge!, identities)
        }) as [Source, Source, Source]
        assert.deepEqual(lostScopes({ base, left, right: base }, left, nameCounts([left, left, base])), [], left.text)
        assert.deepEqual(
          lostScopes({ base, left: base, right }, right, nameCounts([right, base, right])),
          [],
          right.text,
        )
      }
    }
  })
})
