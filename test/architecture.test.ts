import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findBreaches, type Breach } from '../tools/architecture.ts'
import { projectRoot } from './support/project.ts'

describe('architecture', () => {
  it('holds in every file: layers, packages, builtins, ambient powers, no import cycles', () => {
    const lines = findBreaches(projectRoot).map((b) => `${b.path}:${b.line} ${b.message}`)
    assert.deepEqual(lines, [], `the rules are in tools/layers.ts:\n${lines.join('\n')}`)
  })

  describe('planted breaches are found', () => {
    let root: string

    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'anvcs-architecture-'))
    })
    afterEach(() => rm(root, { recursive: true }))

    async function breachesOf(files: Record<string, string>): Promise<string[]> {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), text)
      }
      return findBreaches(root).map((b: Breach) => `${b.kind} ${b.path}:${b.line}`)
    }

    const nothing = 'export {}\n'
    const cases: readonly (readonly [string, Record<string, string>, string[]])[] = [
      ['code outside every known folder', { 'src/misc/a.ts': nothing }, ['folder src/misc/a.ts:1']],
      [
        'an import of a higher layer, also of a type',
        {
          'src/lib/a.ts': "\nimport type { B } from '../journal/b.ts'\nexport type A = B\n",
          'src/journal/b.ts': 'export type B = 1\n',
        },
        ['layer src/lib/a.ts:2'],
      ],
      [
        'an import sideways',
        { 'src/identity/a.ts': "import '../policy/b.ts'\n", 'src/policy/b.ts': nothing },
        ['layer src/identity/a.ts:1'],
      ],
      [
        'contracts and lib importing each other',
        { 'src/lib/a.ts': "import '../contracts/b.ts'\n", 'src/contracts/b.ts': nothing },
        ['layer src/lib/a.ts:1'],
      ],
      [
        'an adapter that imports another adapter or the room',
        {
          'transports/memory/a.ts': "import '../webrtc/b.ts'\nimport '../../src/room/c.ts'\n",
          'transports/webrtc/b.ts': nothing,
          'src/room/c.ts': nothing,
        },
        ['layer transports/memory/a.ts:1', 'layer transports/memory/a.ts:2'],
      ],
      [
        'portable code that reaches an adapter by re-export',
        { 'src/index.ts': "export * from './node/b.ts'\n", 'src/node/b.ts': nothing },
        ['layer src/index.ts:1'],
      ],
      [
        'code that imports the test kit or the benches',
        {
          'src/cli/a.ts': "import '../testing/b.ts'\nimport '../../bench/c.ts'\n",
          'src/testing/b.ts': nothing,
          'bench/c.ts': nothing,
        },
        ['layer src/cli/a.ts:1', 'layer src/cli/a.ts:2'],
      ],
      [
        'an import type of a higher layer',
        { 'src/lib/a.ts': "export type A = import('../room/b.ts').B\n", 'src/room/b.ts': nothing },
        ['layer src/lib/a.ts:1'],
      ],
      [
        'a package in the wrong folder',
        { 'src/sync/a.ts': "import * as Y from 'yjs'\nexport { Y }\n" },
        ['package src/sync/a.ts:1'],
      ],
      [
        'a scoped package by its subpath',
        { 'src/room/a.ts': "export * from '@noble/hashes/sha2.js'\n" },
        ['package src/room/a.ts:1'],
      ],
      [
        'a dynamic import of a package',
        { 'src/room/a.ts': "export const a = () => import('ws')\n" },
        ['package src/room/a.ts:1'],
      ],
      [
        'an import whose name is computed',
        { 'src/room/a.ts': 'export const a = (name: string) => import(name)\n' },
        ['computed src/room/a.ts:1'],
      ],
      ['a Node builtin in portable code', { 'src/browser/a.ts': "import 'node:fs'\n" }, ['builtin src/browser/a.ts:1']],
      [
        'an import cycle',
        {
          'src/lib/a.ts': "import './b.ts'\n",
          'src/lib/b.ts': "import './c.ts'\n",
          'src/lib/c.ts': "import './a.ts'\n",
        },
        ['cycle src/lib/c.ts:1'],
      ],
      [
        'a cycle of types',
        {
          'src/lib/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
          'src/lib/b.ts': "import type { A } from './a.ts'\nexport type B = A | 1\n",
        },
        ['cycle src/lib/b.ts:1'],
      ],
    ]
    for (const [name, files, expected] of cases)
      it(name, async () => {
        assert.deepEqual(await breachesOf(files), expected)
      })

    for (const use of [
      'Date.now()',
      'new Date()',
      'Date()',
      '[0].map(Date.now)',
      'Math.random()',
      "Math['random']()",
      'setTimeout(() => {}, 1)',
      'setInterval(() => {}, 1)',
      'setImmediate(() => {})',
      'performance.now()',
      'crypto.randomUUID()',
      'crypto.subtle',
      "fetch('x')",
      'process.env',
      'globalThis.crypto',
      '(() => { const { random } = Math; return random })()',
      '[1].map((crypto) => crypto).concat(crypto)',
      '`${Date.now()}`',
    ])
      it(`the use of ${use} in layers 0-3`, async () => {
        assert.deepEqual(await breachesOf({ 'src/sync/a.ts': `export const a = ${use}\n` }), [
          'ambient src/sync/a.ts:1',
        ])
        assert.deepEqual(
          await breachesOf({ 'src/sync/a.ts': nothing, 'src/node/a.ts': `export const a = ${use}\n` }),
          [],
        )
      })

    it('and what only looks like one is let through', async () => {
      const files = {
        'src/room/a.ts': `
          import { process } from '../lib/b.ts'
          import type { Crypto } from '../contracts/c.ts'
          export function hash(crypto: Crypto, fetch: (name: string) => Uint8Array): Uint8Array {
            return crypto.sha256(fetch('x'), process.bytes)
          }
          export type Run = (crypto: Crypto, setTimeout: typeof performance) => void
          export const time = (ms: number) => new Date(ms).toISOString() + Date.UTC(2026, 0) + Math.floor(1.5)
          export class Timer { #setTimeout = 1; fetch() { return this.#setTimeout } }
          export const o = { process: 1, fetch: 2, performance() { return this.process } }.performance()
          try { hash.name } catch (self) { void self }
        `,
        'src/lib/b.ts': 'export const process = { bytes: new Uint8Array(0) }\n',
        'src/contracts/c.ts': 'export interface Crypto { sha256(...parts: Uint8Array[]): Uint8Array }\n',
        'src/repository/d.ts': "import '../room/a.ts'\nimport '../git/e.ts'\nimport 'node:fs'\n",
        'src/git/e.ts': "import '../lib/b.ts'\n",
        'examples/f.ts': "import 'anvcs/node'\n",
      }
      assert.deepEqual(await breachesOf(files), [])
    })
  })
})
