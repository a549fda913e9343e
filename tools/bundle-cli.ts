import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, transform, type OutputFile, type Plugin } from 'esbuild'
import { programText } from '../src/cli/program-text.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const outputFolder = join(root, 'dist/bundle/cli')
/** Larger parts have a file of their own, with compiled code of its own: few commands need them, and all would have to read them. */
const longestPart = 80 * 1024
const programs = ['main', 'git-remote-anvcs'] as const

/** Packages that rooms, prompts and merges load, by name and when they need them. */
const external = ['@roamhq/wrtc', '@secretlint/*', 'isomorphic-git', 'simple-peer', 'web-tree-sitter', 'ws']

/** Loaded where it is used, which is seldom: only keys that are admitted to a room are checked with it. */
const ownParts = { ed25519: '@noble/curves/ed25519.js' }

function sourceOf(name: string): string {
  return join(root, `src/cli/${name}.ts`)
}

/** What starts scripts that lie beside it stays where the compiler puts it: the demo, and threads that merge. */
const startersStay: Plugin = {
  name: 'starters stay',
  setup(bundling) {
    const stay = (filter: RegExp, folder: string): void =>
      bundling.onResolve({ filter }, ({ path }) => ({
        path: `../../src/${folder}${path.slice('../'.length).replace(/\.ts$/, '.js')}`,
        external: true,
      }))
    stay(/^\.\.\/demo\//, 'cli/')
    stay(/^\.\.\/merge-pool\.ts$/, '')
  },
}

/**
 * Writes the program as one file and a few large ones, whose parts are loaded when something of them is used, and a small file for each command that reads it:
 * docs/decisions/0006-the-program-as-a-bundle.md.
 */
export async function bundleCli(): Promise<void> {
  const { outputFiles, metafile } = await build({
    entryPoints: { ...Object.fromEntries(programs.map((name) => [name, sourceOf(name)])), ...ownParts },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outdir: outputFolder,
    write: false,
    external,
    plugins: [startersStay],
    metafile: true,
    logLevel: 'warning',
  })
  const outputs = Object.entries(metafile.outputs)
  const packages = outputs.filter(([, { exports }]) => exports.join() === 'default').map(([path]) => basename(path))
  const parts = await Promise.all(outputFiles.map((file) => partOf(file, packages)))
  const isAlone = ({ name, code }: Part) =>
    code.length > longestPart && !programs.some((one) => name === `./${one}.cjs`)
  const alone = parts.filter(isAlone)
  const program = programText(
    parts.filter((part) => !isAlone(part)).map(({ name, code }) => [name, withImports(code)] as const),
  )
  // Its file is read as Latin-1, which is several times faster.
  if (!/^[\0-\x7f]*$/.test(program)) throw new Error('The bundle has to be ASCII.')
  rmSync(outputFolder, { recursive: true, force: true })
  mkdirSync(outputFolder, { recursive: true })
  writeFileSync(join(outputFolder, 'program.cjs'), program)
  for (const { name, code } of alone)
    writeFileSync(join(outputFolder, name), `(function(importModule,__filename){return ${withImports(code)}})`)
  const id = createHash('sha256').update(program).digest('hex').slice(0, 16)
  const names = alone.map(({ name }) => name)
  await Promise.all(programs.map((name) => writeStarter(name, id, names)))
}

/** A part as a function of what a module of CommonJS is given. */
interface Part {
  readonly name: string
  readonly code: string
}

/**
 * esbuild splits ES modules only: each part becomes CommonJS afterwards. `packages` are parts that hold a package in CommonJS: of an
 * ES module the default export is all that is seen of it, and its names are wanted.
 */
async function partOf({ path, text }: OutputFile, packages: readonly string[]): Promise<Part> {
  const required = text
    .replace(/^#!.*\n/, '')
    .replace(/\bfrom "\.\/([\w.-]+)\.js"/g, 'from "./$1.cjs"')
    .replace(/^import "\.\/([\w.-]+)\.js"/gm, 'import "./$1.cjs"')
    .replace(/\bimport\("\.\/([\w.-]+)\.js"\)/g, (_, name: string) => {
      const names = packages.includes(`${name}.js`) ? '.default' : ''
      return `Promise.resolve().then(() => require("./${name}.cjs")${names})`
    })
  const { code } = await transform(required, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    define: { 'import.meta.url': 'moduleUrl', 'import.meta.dirname': 'moduleFolder' },
  })
  const body = lazily(withGetters(withBothCases(code)))
  const url = body.includes('moduleUrl') ? 'const moduleUrl=require("node:url").pathToFileURL(__filename).href;' : ''
  const folder = body.includes('moduleFolder') ? 'const moduleFolder=require("node:path").dirname(__filename);' : ''
  return {
    name: `./${basename(path).replace(/\.js$/, '.cjs')}`,
    code: `function(module,exports,require){${url}${folder}${body}\n}`,
  }
}

/**
 * Expressions of the reader of the command line (`/^-([a-z]+)$/i`) name capital letters instead of asking for both cases: for that the engine looks up the
 * cases of all of Unicode, once in each process.
 */
function withBothCases(code: string): string {
  return code.replace(
    /(?<=[=(,;])\/(\^--?\(\[a-z[^/\n]*)\/i\b/g,
    (_, source: string) => `/${source.replaceAll('a-z', 'A-Za-z')}/`,
  )
}

const helpers =
  /^var __defProp=[^]*?;var stdin_exports={};(?:__export\(stdin_exports,{([^]*?)}\);)?module\.exports=__toCommonJS\(stdin_exports\);/

/**
 * What a part gives as one object of getters: esbuild has it made by functions that each part would have for itself, and would keep compiled. A
 * part that uses them for something else, too, is left as it is.
 */
function withGetters(code: string): string {
  const [head, list = ''] = helpers.exec(code) ?? []
  if (head === undefined) return code
  const body = code.slice(head.length)
  if (/\b__(?:defProp|getOwn\w+|hasOwnProp|export|copyProps|toCommonJS)\b/.test(body)) return code
  const getters = list.split(/,(?=[\w$]+:\(\)=>)/).filter(Boolean)
  return `module.exports={${getters.map((one) => one.replace(/^([\w$]+):\(\)=>([^]*)/, 'get $1(){return $2}')).join(',')}};${body}`
}

/** In code that is kept `import()` is the starter's. */
function withImports(code: string): string {
  return code.replace(/\bimport\(/g, 'importModule(')
}

/** What is run: a file that loads its part of the program. */
async function writeStarter(name: string, id: string, alone: readonly string[]): Promise<void> {
  // Of `git-remote-anvcs` the first word is the name of a remote.
  const command = name === 'main' ? "process.argv[2] ?? ''" : "''"
  await build({
    stdin: {
      contents: `import { loadProgram } from './load-program.ts'
loadProgram({ folder: __dirname, part: '${name}', build: '${id}', command: ${command}, alone: ${JSON.stringify(alone)}, require, importModule: (name) => import(name) })`,
      resolveDir: join(root, 'src/cli'),
    },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: '#!/usr/bin/env node' },
    outfile: join(outputFolder, `${name}.cjs`),
    logLevel: 'warning',
  })
  chmodSync(join(outputFolder, `${name}.cjs`), 0o755)
}

/** Loads another part, or a module of Node's, when something of it is used for the first time. No module of ours does anything when it is loaded. */
function lazily(code: string): string {
  const names: string[] = []
  const defined = code.replace(
    /\b(import_\w+)=(require\("(?:\.\/[\w.-]+|node:(?!fs"|path")[\w/]+)"\))/g,
    (_, name: string, load: string) => {
      names.push(name)
      return `${name}_,${name}=()=>${name}_??=${load}`
    },
  )
  return names.reduce(
    (text, name) =>
      text
        .replaceAll(new RegExp(`\\bnew ${name}\\.(\\w+)`, 'g'), `new (${name}().$1)`)
        .replaceAll(new RegExp(`\\b${name}\\.`, 'g'), `${name}().`),
    defined,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleCli()
