import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../../../src/merge/languages/language.ts'
import type { SyntaxTree } from '../../../src/merge/syntax/syntax-tree.ts'
import { parserOf } from '../../unit/merge/syntax/samples.ts'
import { projectRoot } from '../project.ts'
import { editOf, type Replacement } from './code-edits.ts'
import type { GeneratedTriple, MergeDriver } from './merge-driver.ts'
import { wordCounts } from './merge-properties.ts'

/** Sides of one base, of which each two are a triple. */
const sidesOfBase = 6
/** Longer texts say nothing that shorter ones do not, and take longer. */
const maxBaseUnits = 2500

interface Side {
  readonly text: string
  readonly changes: readonly Replacement[]
}

/** Files of a language with a grammar: `sample` and the bases of the project's own cases, some of their items taken out. */
export async function codeDriver(path: string, language: Language, sample: string): Promise<MergeDriver> {
  const parser = await parserOf(language)
  const parse = (text: string): SyntaxTree | undefined => {
    const outcome = parser.parse(text)
    return outcome.status === 'parsed' && isProgram(outcome.tree, language) ? outcome.tree : undefined
  }
  const texts = [sample, ...caseTexts(path.slice(path.lastIndexOf('.')))].filter(
    (text) => text.length <= maxBaseUnits && parse(text) !== undefined,
  )
  return {
    showsOwnLines: true,
    isValid: (text) => parse(text) !== undefined,
    faults: ({ base, left, right }, text) => {
      const [inBase, inLeft, inRight, merged] = [base, left, right, text].map((each) =>
        codeWords(parse(each), language),
      )
      if (!inBase || !inLeft || !inRight || !merged) return []
      const known = wordCounts(base)
      return [...new Set([...inLeft, ...inRight])]
        .filter((word) => !known.has(word) && !merged.has(word))
        .map((word) => `the word ${word} of one side is in a comment`)
    },
    *triples(random) {
      for (let fresh = 0; ;) {
        const sample = parse(random.pick(texts))!
        const edited = (tree: SyntaxTree, isBase: boolean): Side | undefined => {
          const changes: Replacement[] = []
          const wanted = isBase ? random.below(6) : 1 + random.below(3)
          for (let i = 0; i < wanted; i++) {
            const more = editOf({ tree, language, random, fresh: `w${fresh++}x` }, isBase ? 'shrink' : undefined)
            if (more?.every((one) => !changes.some((other) => touches(one, other)))) changes.push(...more)
          }
          const text = replacedIn(tree.text, changes)
          return parse(text) ? { text, changes } : undefined
        }
        const base = parse(edited(sample, true)?.text ?? sample.text)!
        const sides: Side[] = []
        for (let i = 0; i < 2 * sidesOfBase && sides.length < sidesOfBase; i++) {
          const side = edited(base, false)
          if (side && side.text !== base.text) sides.push(side)
        }
        yield* pairsOf(path, base.text, sides)
      }
    },
  }
}

/** Without errors, and without what a grammar takes for the language though no compiler does. */
function isProgram(tree: SyntaxTree, { name }: Language): boolean {
  if (tree.errorCount() > 0) return false
  // What stands before the tag is text to the grammar.
  if (name === 'PHP') return tree.text.startsWith('<?php')
  // Directives are taken anywhere in a line.
  if (name === 'C' || name === 'C++') return !/^[^\n/'"]*[^\s\n/'"][^\n/'"]*#[ \t]*[a-z]/m.test(tree.text)
  if (name !== 'Ruby') return true
  // What is left over behind a definition is a name to the grammar, and a text whose tag never comes goes on to the end.
  const isLeft = (kind: string, text: string) =>
    (kind === 'identifier' && text === 'end') || (kind === 'heredoc_end' && text === '')
  for (let node = 0; node < tree.size; node++) if (isLeft(tree.kindName(node), tree.textOf(node))) return false
  return true
}

/** Words outside of comments. */
function codeWords(tree: SyntaxTree | undefined, { trivia }: Language): ReadonlySet<string> | undefined {
  if (!tree) return undefined
  const parts: string[] = []
  let at = 0
  for (let node = 0; node < tree.size; node++) {
    if (!trivia.includes(tree.kindName(node)) || tree.start[node]! < at) continue
    parts.push(tree.text.slice(at, tree.start[node]))
    at = tree.end[node]!
  }
  return new Set(wordCounts([...parts, tree.text.slice(at)].join(' ')).keys())
}

function* pairsOf(path: string, base: string, sides: readonly Side[]): Generator<GeneratedTriple> {
  for (const [i, left] of sides.entries())
    for (const right of sides.slice(i + 1)) {
      const isApart = left.changes.every((one) => !right.changes.some((other) => touches(one, other)))
      const together = isApart ? replacedIn(base, [...left.changes, ...right.changes]) : undefined
      yield { path, base, left: left.text, right: right.text, together }
    }
}

/** What is less than a line apart has no order that everyone would give it. */
function touches(one: Replacement, other: Replacement): boolean {
  return one.from <= other.to && other.from <= one.to
}

function replacedIn(text: string, changes: readonly Replacement[]): string {
  let result = text
  for (const { from, to, by } of changes.toSorted((a, b) => b.from - a.from))
    result = result.slice(0, from) + by + result.slice(to)
  return result
}

const caseFolder = join(projectRoot, 'test/fixtures/merge')

function caseTexts(extension: string): readonly string[] {
  return readdirSync(caseFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`/base${extension}`))
    .sort()
    .map((path) => readFileSync(join(caseFolder, path), 'utf8'))
}
