import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { errorsDocument } from '../tools/errors-doc.ts'
import { isNode, lineAt, listFiles, parseSource, type SourceFile, type SyntaxNode } from '../tools/source.ts'
import { projectRoot } from './support/project.ts'

const codeFolders = ['src', 'transports', 'signaling', 'examples', 'bench', 'tools']
const maxLines = 400

/** Public entries: a folder with an `index.ts` here is exported under its subpath, and nothing else is. */
const entries: Readonly<Record<string, string>> = {
  '.': 'src/index.ts',
  './node': 'src/node/index.ts',
  './browser': 'src/browser/index.ts',
  './repository': 'src/repository/index.ts',
  './agents': 'src/agents/index.ts',
  './testing': 'src/testing/index.ts',
  ...Object.fromEntries(
    listFiles(projectRoot, ['transports', 'signaling', 'src/stores'], '/index.ts').map((path) => [
      `./${dirname(path).replace('src/stores', 'artifacts')}`,
      path,
    ]),
  ),
}

function read(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}

function isFile(path: string): boolean {
  return statSync(join(projectRoot, path), { throwIfNoEntry: false })?.isFile() ?? false
}

function exists(path: string): boolean {
  return statSync(join(projectRoot, path), { throwIfNoEntry: false }) !== undefined
}

/** Text files that are, or are about to be, part of the repository. */
function projectFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
  })
  return listed
    .toString()
    .split('\0')
    .filter(
      (path) =>
        path && isFile(path) && !/^test\/fixtures\/|\.(png|svg|gz|bin|wasm)$|(^|\/)package-lock\.json$/.test(path),
    )
}

/** `path:line` of every match in the files. */
function places(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => {
    const text = read(path)
    return [...text.matchAll(pattern)].map((match) => `${path}:${lineAt(text, match.index)} ${match[0].trim()}`)
  })
}

/** Exported names of a file that have no docstring, re-exports followed to where the name is declared. */
function undocumentedExports(path: string, names?: ReadonlySet<string>): string[] {
  const file = parseSource(projectRoot, path)
  const wanted = (name: string) => names === undefined || names.has(name)
  return (file.program['body'] as SyntaxNode[]).flatMap((statement) => {
    const source = isNode(statement['source']) ? join(dirname(path), statement['source']['value'] as string) : undefined
    if (statement.type === 'ExportAllDeclaration' && source) return undocumentedExports(source, names)
    if (statement.type !== 'ExportNamedDeclaration') return []
    const locals = (statement['specifiers'] as SyntaxNode[]).map((s) => (s['local'] as SyntaxNode)['name'] as string)
    if (source) return locals.length ? undocumentedExports(source, new Set(locals)) : []
    if (hasDocstring(file, statement)) return []
    return declaredNames(statement)
      .filter(wanted)
      .map((name) => `${path}: ${name}`)
  })
}

function declaredNames(statement: SyntaxNode): string[] {
  const declaration = statement['declaration']
  if (!isNode(declaration)) return []
  const declarators = (declaration['declarations'] as SyntaxNode[] | undefined) ?? [declaration]
  return declarators.map((d) => (d['id'] as SyntaxNode)['name'] as string)
}

function hasDocstring(file: SourceFile, statement: SyntaxNode): boolean {
  return file.comments.some(
    (c) =>
      c.type === 'Block' &&
      c.value.startsWith('*') &&
      c.end < statement.start &&
      !file.text.slice(c.end, statement.start).trim(),
  )
}

describe('the source is tidy', () => {
  it(`has no file of more than ${maxLines} lines`, () => {
    const lengths = listFiles(projectRoot, codeFolders, '.ts').map(
      (path) => [path, read(path).split('\n').length - 1] as const,
    )
    assert.deepEqual(
      lengths.filter(([, length]) => length > maxLines),
      [],
    )
  })

  it('names its files in kebab-case', () => {
    const odd = listFiles(projectRoot, [...codeFolders, 'test'], '.ts').filter((path) => !/^[a-z0-9.\-/]+$/.test(path))
    assert.deepEqual(odd, [])
  })

  it('documents every export of the contracts and of the public entries', () => {
    const files = [...listFiles(projectRoot, ['src/contracts'], '.ts'), ...Object.values(entries).filter(exists)]
    assert.deepEqual([...new Set(files.flatMap((path) => undocumentedExports(path)))], [])
  })

  it('exports each public entry that exists, and nothing that does not', () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, string> }
    const expected = Object.entries(entries).filter(([, path]) => exists(path))
    const outputOf = (path: string) => `./dist/${path.replace(/\.ts$/, '.js')}`
    assert.deepEqual(exports, {
      ...Object.fromEntries(expected.map(([name, path]) => [name, outputOf(path)])),
      './merge': { browser: outputOf('src/merge-in-browser.ts'), default: outputOf('src/merge-on-node.ts') },
      './package.json': './package.json',
    })
  })

  it('offers the programs whose sources exist', () => {
    const { bin = {} } = JSON.parse(read('package.json')) as { bin?: Record<string, string> }
    const main = 'dist/bundle/cli/main.cjs'
    assert.deepEqual(bin, { 'ai-vcs': main, anvcs: main, 'git-remote-anvcs': 'dist/bundle/cli/git-remote-anvcs.cjs' })
    for (const program of ['main', 'git-remote-anvcs']) assert.ok(exists(`src/cli/${program}.ts`))
  })

  it('has an owner for everything left to do', () => {
    assert.deepEqual(
      places(projectFiles(), /\b(?:TODO|FIXME|XXX)\b(?!\([a-z][\w-]*\): \S)[^\n]{0,40}/g).filter(notThisFile),
      [],
    )
  })

  it('names no place of a single machine', () => {
    const pattern = /(?<![\w.])\/(?:home|root|Users|work|opt|mnt)\/[\w.-]+/g
    assert.deepEqual(places(projectFiles(), pattern).filter(notThisFile), [])
  })

  it('resolves packages from no private host', () => {
    const locks = ['package-lock.json', 'tools/grammars/package-lock.json'].map(read).join()
    const hosts = [...locks.matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map((match) => match[1])
    assert.deepEqual(
      hosts.filter((host) => host !== 'https://registry.npmjs.org'),
      [],
    )
  })

  it('says what it is, not how it came about', () => {
    const pattern =
      /\b(?:as an ai|language model(?:'s)? answer|this session|previous session|in a real implementation|for now|lorem ipsum)\b/gi
    assert.deepEqual(places(projectFiles(), pattern).filter(notThisFile), [])
  })
})

describe('the documents keep step', () => {
  it('docs/errors.md is what the table of errors generates', () => {
    assert.equal(read('docs/errors.md'), errorsDocument(), 'run `npm run docs:errors`')
  })

  it('the glossary has each term once, in order', () => {
    const terms = glossary().map(({ term }) => term)
    assert.deepEqual(terms, [...new Set(terms)].sort())
  })

  it('words that the glossary rules out are not used', () => {
    const words = glossary().flatMap(({ not }) => not)
    assert.ok(words.length > 5)
    const pattern = new RegExp(`\\b(?:${words.map((word) => word.replaceAll(' ', '[ -]')).join('|')})s?\\b`, 'gi')
    assert.deepEqual(
      places(projectFiles(), pattern).filter((place) => notThisFile(place) && !place.startsWith('docs/glossary.md')),
      [],
    )
  })

  it('links between documents lead somewhere', () => {
    const dead = projectFiles()
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
          .filter((match) => !exists(join(dirname(path), match[1]!)))
          .map((match) => `${path}: ${match[1]}`),
      )
    assert.deepEqual(dead, [])
  })

  it('README names only npm scripts that exist, and the two to begin with', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read('README.md').matchAll(/^(?:.*?&& )?npm (?:run )?(?!ci\b|install\b)([\w:]+)/gm)].map(
      (match) => match[1]!,
    )
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    )
    assert.ok(named.includes('test'))
  })
})

function glossary(): { readonly term: string; readonly not: readonly string[] }[] {
  const rows = read('docs/glossary.md').matchAll(/^\| *([^|]+?) *\|[^|]+\| *([^|]*?) *\|$/gm)
  return [...rows]
    .map(([, term, not]) => ({
      term: term!,
      not: not!
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    }))
    .filter(({ term }) => term !== 'term' && !term.startsWith('-'))
}

/** This file names what it looks for. */
function notThisFile(place: string): boolean {
  return !place.startsWith('test/tidy.test.ts:')
}
