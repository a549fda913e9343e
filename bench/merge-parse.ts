import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tree } from 'web-tree-sitter'
import { languageOf } from '../src/merge/languages/language-of.ts'
import type { GrammarName } from '../src/merge/syntax/compiled-wasm.ts'
import { isOwnGrammar } from '../src/merge/syntax/own-grammars.ts'
import { SyntaxParser } from '../src/merge/syntax/parsers.ts'
import { SyntaxRuntime } from '../src/merge/syntax/syntax-runtime.ts'
import { compileWasmQuickly } from '../src/node/compile-quickly.ts'
import { nodeCrypto } from '../src/node/crypto.ts'
import { grammarFiles } from '../src/node/grammar-files.ts'
import { cpuMs, interleaved, quantile, round, type BenchCase, type Row } from './harness.ts'

const samples = fileURLToPath(new URL('../../test/fixtures/syntax/', import.meta.url))
const child = fileURLToPath(new URL('parse-child.js', import.meta.url))
const textUnits = 64 * 1024
/** Of each side, and of new processes, for each language: there are many. */
const runs = 3

/** A text of each language into arrays, against the same parser read through the classes of web-tree-sitter; and the first in a process. */
export const mergeParse: BenchCase = {
  name: 'parse',
  async run() {
    compileWasmQuickly()
    const rows: Row[] = []
    for (const path of readdirSync(samples)) {
      const language = languageOf(path, readFileSync(join(samples, path), 'utf8'))!
      if (!isOwnGrammar(language.grammar)) rows.push(await measure(path, language.name, language.grammar))
    }
    return rows
  },
}

async function measure(path: string, name: string, grammar: GrammarName): Promise<Row> {
  const sample = readFileSync(join(samples, path), 'utf8')
  const text = repeated(sample, path.endsWith('.json'))
  const runtime = await SyntaxRuntime.start(grammarFiles, nodeCrypto)
  const loaded = await runtime.grammar(grammar, grammarFiles, nodeCrypto)
  const parser = new SyntaxParser(runtime, loaded)
  const outcome = parser.parse(text)
  if (outcome.status !== 'parsed') throw new Error(`${path}: ${outcome.reason}`)
  const sides = await interleaved(runs, {
    ours: () => cpu(() => parser.parse(text)),
    classes: () =>
      cpu(() => {
        const tree = loaded.parser.parse(text)!
        walk(tree)
        tree.delete()
      }),
  })
  const [ours, classes] = [sides.ours['ms']!, sides.classes['ms']!]
  const first = Array.from({ length: runs }, () => firstParse(join(samples, path)))
  const median = (key: 'load' | 'parse' | 'process'): string =>
    `${round(
      quantile(
        first.map((run) => run[key]),
        0.5,
      ),
      0,
    )} ms`
  return {
    what: `${name}, ${round(text.length / 1024, 0)} KiB, ${outcome.tree.size} nodes`,
    reached: ours / classes,
    unit: 'x',
    target: undefined,
    ours: `${round(ours, 1)} ms CPU into arrays, ${round(text.length / 1000 / ours, 1)} MB/s`,
    reference: `${round(classes, 1)} ms CPU, TreeCursor of web-tree-sitter`,
    counts: `weight ${outcome.weight}; a new process: loaded in ${median('load')}, first parse of ${sample.length} units ${median('parse')}, whole process ${median('process')}`,
  }
}

/** The sample again and again. */
function repeated(sample: string, isJson: boolean): string {
  // What stands at the head of a file only would be an error further down.
  const part = sample.replaceAll(/^(?:package|import) [\w.]+(?:\.\*| as \w+)?;?\n/gm, '')
  const count = Math.ceil(textUnits / part.length)
  return isJson ? `[${Array.from({ length: count }, () => part).join(',')}]` : part.repeat(count)
}

/** Reads what the arrays hold, the public way. */
function walk(tree: Tree): number {
  const cursor = tree.walk()
  let sum = 0
  let isDone = false
  while (!isDone) {
    sum += cursor.startIndex + cursor.endIndex + cursor.nodeTypeId + cursor.currentFieldId
    if (cursor.nodeIsNamed && cursor.currentNode.isExtra) sum++
    if (cursor.gotoFirstChild()) continue
    while (!isDone && !cursor.gotoNextSibling()) isDone = !cursor.gotoParent()
  }
  cursor.delete()
  return sum
}

/** CPU time in ms. */
interface FirstParse {
  readonly load: number
  readonly parse: number
  readonly process: number
}

function firstParse(file: string): FirstParse {
  return JSON.parse(execFileSync(process.execPath, [child, file], { encoding: 'utf8' })) as FirstParse
}

async function cpu(work: () => unknown): Promise<{ readonly ms: number }> {
  return { ms: await cpuMs(work) }
}
