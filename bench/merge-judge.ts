import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeCrypto } from '../src/node/crypto.ts'
import { grammarFiles } from '../src/node/grammar-files.ts'
import { languageOf } from '../src/merge/languages/language-of.ts'
import { Parsers } from '../src/merge/syntax/parsers.ts'
import type { MergeCase } from './merge-case.ts'

/** A clean result that is not what the person made of it. */
export interface DifferentMerge extends MergeCase {
  readonly text: string
}

type Fault = readonly [id: string, fault: string]

const versions = ['left', 'right', 'expected', 'text'] as const

/**
 * What speaks against clean results by judges that are no part of the merge: parsers, the compiler of TypeScript, Python's own, and the words of both sides beside those that the person kept. A fault is one that neither
 * the sides nor the person's result have. By id; what nothing speaks against is not in it, for a person may have chosen otherwise.
 */
export async function judgeMerges(merges: readonly DifferentMerge[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const faults = [
    ...merges.flatMap(wordFaults),
    ...(await parseFaults(merges)),
    ...compilerFaults(merges.filter(({ path }) => /\.[cm]?[jt]sx?$/.test(path))),
    ...pythonFaults(merges.filter(({ path }) => /\.(?:py|json)$/.test(path))),
  ]
  const byId = new Map<string, string[]>()
  for (const [id, fault] of faults) byId.set(id, [...(byId.get(id) ?? []), fault])
  return byId
}

/** Words that one side alone added and the person kept, and that are gone; words that one side alone took away, as did the person, and that are there. */
function wordFaults({ id, base, left, right, expected, text }: DifferentMerge): readonly Fault[] {
  const [was, person, is] = [base, expected, text].map(countWords) as [Words, Words, Words]
  const sides = [left, right].map(countWords)
  return sides.flatMap((side, at) => {
    const other = sides[1 - at]!
    return [...new Set([...side.keys(), ...was.keys()])].flatMap((word): readonly Fault[] => {
      const [b, s, o, e, m] = [was, side, other, person, is].map((words) => words.get(word) ?? 0) as [
        number,
        number,
        number,
        number,
        number,
      ]
      if (s > b && o >= b && m < Math.min(s, e)) return [[id, `lost ${word}`]]
      return s < b && o <= b && m > Math.max(s, e) ? [[id, `came back ${word}`]] : []
    })
  })
}

type Words = ReadonlyMap<string, number>

function countWords(text: string): Words {
  const counts = new Map<string, number>()
  for (const word of text.match(/[\p{L}\p{N}_$]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** More places that do not parse than in any other version. */
async function parseFaults(merges: readonly DifferentMerge[]): Promise<readonly Fault[]> {
  const parsers = new Parsers(grammarFiles, nodeCrypto)
  const faults: Fault[] = []
  for (const merge of merges) {
    const language = languageOf(merge.path)
    if (!language?.merge) continue
    const parser = await parsers.parser(language.grammar)
    const errors = versions.map((version) => {
      const outcome = parser.parse(merge[version])
      return outcome.status === 'parsed' ? outcome.tree.errorCount() : 0
    })
    if (errors.at(-1)! > Math.max(...errors.slice(0, -1))) faults.push([merge.id, 'does not parse'])
  }
  return faults
}

/** Syntax, what is declared twice, and names that nothing declares. */
const compilerCodes = /error TS(?:1\d{3}|2300|2304|2393|2440|2451|2503|2552): (.*)$/

/** Each version is a module of its own; what it imports is not looked for. */
function compilerFaults(merges: readonly DifferentMerge[]): readonly Fault[] {
  if (merges.length === 0) return []
  const folder = mkdtempSync(join(tmpdir(), 'merge-judge-'))
  try {
    const names = merges.map(({ path }, at) =>
      versions.map((version) => `${at}-${version}${/(?:\.d)?\.[cm]?[jt]sx?$/.exec(path)![0]}`),
    )
    for (const [at, merge] of merges.entries())
      for (const [i, version] of versions.entries()) writeFileSync(join(folder, names[at]![i]!), merge[version])
    const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
    const flags = [
      '--noEmit',
      '--noResolve',
      '--allowJs',
      '--checkJs',
      '--moduleDetection',
      'force',
      '--pretty',
      'false',
    ]
    const { stdout } = spawnSync(
      process.execPath,
      [compiler, ...flags, '--jsx', 'preserve', '--target', 'esnext', ...names.flat()],
      {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    )
    const told = new Map<string, Set<string>>()
    for (const line of stdout.split('\n')) {
      const [name, fault] = [line.slice(0, line.indexOf('(')), compilerCodes.exec(line)?.[1]]
      if (fault !== undefined) told.set(name, (told.get(name) ?? new Set()).add(fault))
    }
    return merges.flatMap(({ id }, at) =>
      newFaults(
        id,
        names[at]!.map((name) => [...(told.get(name) ?? [])]),
      ),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Of Python the syntax, functions and classes of a scope that stand twice, and names that neither the module nor Python has; of JSON the syntax, and keys that stand twice. */
const script = `
import ast, builtins, json, symtable, sys
def python(text):
    try:
        tree = ast.parse(text)
        table = symtable.symtable(text, 'file', 'exec')
    except SyntaxError as error:
        return ['does not compile: ' + str(error.msg)]
    faults = []
    for scope in ast.walk(tree):
        names = [n.name for n in getattr(scope, 'body', []) if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.decorator_list] if isinstance(getattr(scope, 'body', None), list) else []
        faults += ['twice ' + name for name in set(names) if names.count(name) > 1]
    known = set(dir(builtins)) | {'__file__', '__name__', '__doc__', '__path__'}
    known |= {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    def walk(t):
        for s in t.get_symbols():
            if s.is_referenced() and s.is_global() and s.get_name() not in known:
                faults.append('unbound ' + s.get_name())
            if t.get_type() == 'module' and s.is_referenced() and s.get_name() not in known:
                faults.append('unbound ' + s.get_name())
        for child in t.get_children():
            walk(child)
    walk(table)
    return faults
def of_json(text):
    faults = []
    def pairs(all):
        keys = [key for key, _ in all]
        faults.extend('twice ' + key for key in set(keys) if keys.count(key) > 1)
        return dict(all)
    try:
        json.loads(text, object_pairs_hook=pairs)
    except ValueError as error:
        return ['is no JSON']
    return faults
print(json.dumps([[(python if kind == 'py' else of_json)(text) for text in texts] for kind, texts in json.load(sys.stdin)]))
`

function pythonFaults(merges: readonly DifferentMerge[]): readonly Fault[] {
  const input = JSON.stringify(
    merges.map((merge) => [merge.path.endsWith('.py') ? 'py' : 'json', versions.map((version) => merge[version])]),
  )
  const { stdout, status, error } = spawnSync('python3', ['-c', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error || status !== 0) return merges.map(({ id }) => [id, 'not judged: Python is missing'])
  const told = JSON.parse(stdout) as readonly (readonly (readonly string[])[])[]
  return merges.flatMap(({ id }, at) => newFaults(id, told[at]!))
}

/** Of the last version those that no other one has. */
function newFaults(id: string, faults: readonly (readonly string[])[]): readonly Fault[] {
  const known = new Set(faults.slice(0, -1).flat())
  return [...new Set(faults.at(-1))].filter((fault) => !known.has(fault)).map((fault) => [id, fault])
}
