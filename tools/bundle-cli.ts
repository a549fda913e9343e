import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, transform, type OutputFile, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('../../', import.meta.url))
const outputFolder = join(root, 'dist/bundle/cli')

/** Packages that rooms and prompts load, by name and when they need them. */
const external = ['@roamhq/wrtc', '@secretlint/*', 'simple-peer', 'ws']

/** Loaded where it is used, which is seldom: only keys that are admitted to a room are checked with it. */
const ownChunks = { ed25519: '@noble/curves/ed25519.js' }

function program(name: string): string {
  return join(root, `src/cli/${name}.ts`)
}

/** The demo forks scripts that lie beside it, so it stays where the compiler puts it. */
const demoStays: Plugin = {
  name: 'the demo stays',
  setup(bundling) {
    bundling.onResolve({ filter: /^\.\.\/demo\// }, ({ path }) => ({
      path: `../../src/cli/${path.slice('../'.length).replace(/\.ts$/, '.js')}`,
      external: true,
    }))
  },
}

/**
 * Writes the program as few files of CommonJS, which Node loads in a fraction of the time that it takes for hundreds of modules.
 * What a command needs is a chunk of its own still, loaded when the command runs. docs/decisions/0006-the-program-as-a-bundle.md.
 */
export async function bundleCli(): Promise<void> {
  const { outputFiles, metafile } = await build({
    entryPoints: { main: program('main'), 'git-remote-anvcs': program('git-remote-anvcs'), ...ownChunks },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outdir: outputFolder,
    write: false,
    external,
    plugins: [demoStays],
    metafile: true,
    logLevel: 'warning',
  })
  rmSync(outputFolder, { recursive: true, force: true })
  mkdirSync(outputFolder, { recursive: true })
  const chunks = Object.entries(metafile.outputs)
  const packages = chunks.filter(([, { exports }]) => exports.join() === 'default').map(([path]) => basename(path))
  await Promise.all(outputFiles.map((file) => writeChunk(file, packages)))
}

/**
 * esbuild splits ES modules only: each chunk becomes CommonJS afterwards. `packages` are chunks that hold a package in CommonJS: of an
 * ES module the default export is all that is seen of it, and its names are wanted.
 */
async function writeChunk({ path, text }: OutputFile, packages: readonly string[]): Promise<void> {
  const required = text
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
    define: { 'import.meta.url': 'moduleUrl' },
  })
  const [, shebang = '', body = code] = /^(#!.*\n)?([^]*)$/.exec(lazily(code)) ?? []
  const url = body.includes('moduleUrl') ? 'const moduleUrl=require("node:url").pathToFileURL(__filename).href;' : ''
  writeFileSync(join(outputFolder, basename(path).replace(/\.js$/, '.cjs')), `${shebang}${url}${body}`, {
    mode: shebang ? 0o755 : 0o644,
  })
}

/** Loads another chunk when something of it is used for the first time. No module of ours does anything when it is loaded. */
function lazily(code: string): string {
  const names: string[] = []
  const defined = code.replace(/\b(import_\w+)=(require\("\.\/[\w.-]+"\))/g, (_, name: string, load: string) => {
    names.push(name)
    return `${name}_,${name}=()=>${name}_??=${load}`
  })
  return names.reduce(
    (text, name) =>
      text
        .replaceAll(new RegExp(`\\bnew ${name}\\.(\\w+)`, 'g'), `new (${name}().$1)`)
        .replaceAll(new RegExp(`\\b${name}\\.`, 'g'), `${name}().`),
    defined,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleCli()
