/** What a folder may import. The rest of the rules follows from its layer. */
export interface FolderRule {
  /** Folders see lower layers and themselves. `adapter`: sees layers 0 and 1, is seen from layer 4 on. `all`: sees everything. */
  readonly layer: 0 | 1 | 2 | 3 | 4 | 5 | 'adapter' | 'all'
  /** npm packages, by name, that its files may import. */
  readonly packages?: readonly string[]
  /** May it import `node:*`? */
  readonly node?: true
  /** Folders that it sees besides those of its layer, each with a reason beside it. */
  readonly also?: readonly string[]
}

/** One row for each folder (or single file) with code. A new folder or a new package is a new entry here, on purpose. */
export const layers: Readonly<Record<string, FolderRule>> = {
  'src/contracts': { layer: 0 },
  'src/lib': { layer: 0 },

  'src/identity': { layer: 1 },
  'src/policy': { layer: 1 },
  'src/document': { layer: 1, packages: ['yjs', 'lib0'] },
  'src/provenance': { layer: 1 },
  'src/objects': { layer: 1 },

  'src/journal': { layer: 2 },
  'src/sync': { layer: 2 },
  'src/history': { layer: 2 },
  'src/merge': { layer: 2, packages: ['web-tree-sitter'] },
  'src/artifacts': { layer: 2 },

  'src/room': { layer: 3 },
  // The portable face of the package: it re-exports layers 0-3 and nothing else.
  'src/index.ts': { layer: 3, also: ['src/room'] },

  // The faces of `anvcs/merge`: each binds the merge to the grammars of its platform.
  'src/merge-on-node.ts': { layer: 'adapter', node: true, also: ['src/merge', 'src/node', 'src/merge-pool.ts'] },
  'src/lent-trees.ts': { layer: 'adapter', node: true },
  'src/merge-pool.ts': { layer: 'adapter', node: true, also: ['src/merge', 'src/lent-trees.ts'] },
  'src/merge-worker.ts': {
    layer: 'adapter',
    node: true,
    also: ['src/merge', 'src/node', 'src/lent-trees.ts', 'src/merge-on-node.ts', 'src/merge-pool.ts'],
  },
  'src/merge-in-browser.ts': { layer: 'adapter', also: ['src/merge', 'src/browser'] },

  'src/browser': { layer: 'adapter', packages: ['@noble/ciphers', '@noble/curves', '@noble/hashes', 'fflate'] },
  'src/node': {
    layer: 'adapter',
    node: true,
    packages: [
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      '@secretlint/core',
      '@secretlint/secretlint-rule-preset-recommend',
      'fflate',
      'yaml',
    ],
  },
  'src/git': { layer: 'adapter', node: true, packages: ['isomorphic-git'] },
  'src/stores': { layer: 'adapter', node: true },
  'transports/memory': { layer: 'adapter' },
  'transports/webrtc': { layer: 'adapter', packages: ['@roamhq/wrtc', 'simple-peer'] },
  'transports/libp2p': { layer: 'adapter', node: true },
  'transports/relay': { layer: 'adapter', node: true, packages: ['ws'] },
  'transports/y-webrtc': { layer: 'adapter' },
  'signaling/client': { layer: 'adapter' },
  'signaling/server': { layer: 'adapter', node: true, packages: ['ws'] },
  'signaling/git-refs': { layer: 'adapter', node: true },
  'signaling/lan': { layer: 'adapter', node: true },
  'signaling/manual': { layer: 'adapter' },

  'src/repository': { layer: 4, node: true, packages: ['yaml'] },

  'src/agents': { layer: 5, node: true, packages: ['ws'] },
  'src/cli': { layer: 5, node: true, packages: ['@stricli/core'] },

  'src/testing': { layer: 'all', node: true, packages: ['mocha', 'fast-check'] },
  bench: {
    layer: 'all',
    node: true,
    packages: ['@roamhq/wrtc', 'anvcs', 'lib0', 'simple-peer', 'web-tree-sitter', 'ws', 'y-webrtc', 'yjs'],
  },
  examples: { layer: 'all', node: true, packages: ['anvcs', 'esbuild'] },
}

/** May a file of `from` import one of `to`? */
export function sees(from: string, to: string, rules: Readonly<Record<string, FolderRule>> = layers): boolean {
  const importer = rules[from]
  const imported = rules[to]
  if (!importer || !imported) return false
  if (from === to || importer.layer === 'all' || importer.also?.includes(to)) return true
  if (imported.layer === 'all') return false
  if (importer.layer === 'adapter') return imported.layer === 0 || imported.layer === 1
  return imported.layer === 'adapter' ? importer.layer >= 4 : imported.layer < importer.layer
}

/** Layers 0-3 take clock, randomness, network and cryptography through contracts only. */
export function isPure(rule: FolderRule): boolean {
  return typeof rule.layer === 'number' && rule.layer <= 3
}
