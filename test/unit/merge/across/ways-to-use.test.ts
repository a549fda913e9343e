import assert from 'node:assert/strict'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'
import { situations } from '../semantic-situations.ts'

type Files = Readonly<Record<string, string>>
/** null: the file is deleted. */
type Changes = Readonly<Record<string, string | null>>

const body = '  const [one, two] = [1, 2]\n  return one + two + one * two\n'
const exported = (name: string): string => `export function ${name}() {\n${body}}\n`
const given = (name: string): string =>
  `function ${name}() {\n${body}}\n\nfunction other() {}\n\nmodule.exports = { ${name}, other }\n`

const cases: Readonly<Record<string, readonly [Files, Changes, Changes]>> = {
  'JavaScript: required': [
    { 'a.js': given('load'), 'u.js': "const { load } = require('./a')\nload()\n" },
    { 'a.js': given('read'), 'u.js': "const { read } = require('./a')\nread()\n" },
    { 'new.js': "const { other, load } = require('./a')\nother(load())\n" },
  ],
  'JavaScript: required, where the name is a key, too': [
    { 'a.js': given('load') },
    { 'a.js': given('read') },
    { 'new.js': "const { load } = require('./a')\nmodule.exports = { load }\n" },
  ],
  'JavaScript: required, of what is no longer given': [
    { 'a.js': 'exports.load = function () {}\nexports.other = 1\n' },
    { 'a.js': 'exports.other = 1\n' },
    { 'new.js': "const { load } = require('./a')\nload()\n" },
  ],
  'TypeScript: behind the name of a module': [
    { 'a.ts': exported('load'), 'u.ts': "import { load } from './a.ts'\nload()\n", 't.ts': 'export {}\n' },
    { 'a.ts': exported('read'), 'u.ts': "import { read } from './a.ts'\nread()\n" },
    { 't.ts': "import * as a from './a.ts'\nexport const x = a.load()\n" },
  ],
  'TypeScript: handed on by another file': [
    {
      'a.ts': exported('load'),
      'index.ts': "export * from './a.ts'\n",
      'u.ts': "import { load } from './index.ts'\nload()\n",
      't.ts': 'export {}\n',
    },
    { 'a.ts': exported('read'), 'u.ts': "import { read } from './index.ts'\nread()\n" },
    { 't.ts': "import { load } from './index.ts'\nexport const x = load()\n" },
  ],
  'TypeScript: a module without its ending': [
    { 'src/a.ts': exported('load'), 'src/u.ts': "import { load } from './a'\nload()\n", 'src/t.ts': 'export {}\n' },
    { 'src/lib/a.ts': exported('load'), 'src/a.ts': null, 'src/u.ts': "import { load } from './lib/a'\nload()\n" },
    { 'src/t.ts': "import { load } from './a'\nexport const x = load()\n" },
  ],
  'TypeScript: a module that is a folder': [
    {
      'src/a/index.ts': exported('load'),
      'src/u.ts': "import { load } from './a'\nload()\n",
      'src/t.ts': 'export {}\n',
    },
    { 'src/b/index.ts': exported('load'), 'src/a/index.ts': null, 'src/u.ts': "import { load } from './b'\nload()\n" },
    { 'src/t.ts': "import { load } from './a'\nexport const x = load()\n" },
  ],
  'TypeScript: a type': [
    {
      'a.ts': 'export interface Cup {\n  size: number\n  weight: number\n  colour: string\n}\n',
      'u.ts': "import type { Cup } from './a.ts'\nlet c: Cup\n",
      't.ts': 'export {}\n',
    },
    {
      'a.ts': 'export interface Mug {\n  size: number\n  weight: number\n  colour: string\n}\n',
      'u.ts': "import type { Mug } from './a.ts'\nlet c: Mug\n",
    },
    {
      't.ts':
        "import type { Cup } from './a.ts'\nexport let x: Cup | undefined\nexport function f(cup: Cup): Cup { return cup }\n",
    },
  ],
  'TypeScript: where the name is a key, too': [
    { 'a.ts': exported('load'), 'u.ts': "import { load } from './a.ts'\nload()\n" },
    { 'a.ts': exported('read'), 'u.ts': "import { read } from './a.ts'\nread()\n" },
    { 'new.ts': "import { load } from './a.ts'\nexport const x = load()\nexport const y = { load }\n" },
  ],
  'TypeScript: a function in a constant': [
    {
      'a.ts': 'export const load = (a: number) => {\n  return a + 1 + 2 + 3\n}\n',
      'u.ts': "import { load } from './a.ts'\nload(1)\n",
    },
    {
      'a.ts': 'export const read = (a: number) => {\n  return a + 1 + 2 + 3\n}\n',
      'u.ts': "import { read } from './a.ts'\nread(1)\n",
    },
    { 'new.ts': "import { load } from './a.ts'\nexport const x = load(1)\n" },
  ],
  'TypeScript: arguments of a function in a constant': [
    {
      'a.ts': 'export const load = (a: number) => {\n  return a + 1 + 2 + 3\n}\n',
      'u.ts': "import { load } from './a.ts'\nload(1)\n",
    },
    {
      'a.ts': 'export const load = (a: number, b: number) => {\n  return a + b + 2 + 3\n}\n',
      'u.ts': "import { load } from './a.ts'\nload(1, 2)\n",
    },
    { 'new.ts': "import { load } from './a.ts'\nexport const x = load(1)\n" },
  ],
  'TypeScript: renamed in its place': [
    { 'a.ts': 'export const A = 1\n' },
    { 'a.ts': 'export const B = 1\n' },
    { 'new.ts': "import { A } from './a.ts'\nexport const x = A\n" },
  ],
  'TypeScript: renamed, and changed': [
    { 'a.ts': exported('load') },
    { 'a.ts': exported('read').replace('one * two', 'one * two * 3') },
    { 'new.ts': "import { load } from './a.ts'\nexport const x = load()\n" },
  ],
  'TypeScript: a default export of a file that moved': [
    { 'a.ts': 'export default function load() {\n' + body + '}\n', 'u.ts': "import load from './a.ts'\nload()\n" },
    {
      'a.ts': null,
      'lib/a.ts': 'export default function load() {\n' + body + '}\n',
      'u.ts': "import load from './lib/a.ts'\nload()\n",
    },
    { 'new.ts': "import load from './a.ts'\nexport const x = load()\n" },
  ],
  'Python: behind the name of a module': [
    { 'shop.py': 'def load():\n    one = 1\n    return one + 2 + 3 + 4\n', 'u.py': 'import shop\nshop.load()\n' },
    { 'shop.py': 'def read():\n    one = 1\n    return one + 2 + 3 + 4\n', 'u.py': 'import shop\nshop.read()\n' },
    { 'new.py': 'import shop\n\nprint(shop.load())\n' },
  ],
  'Python: behind the name of a module of a package': [
    { 'pkg/__init__.py': '', 'pkg/shop.py': 'def load():\n    one = 1\n    return one + 2 + 3 + 4\n' },
    { 'pkg/shop.py': 'def read():\n    one = 1\n    return one + 2 + 3 + 4\n' },
    { 'new.py': 'from pkg import shop\n\nprint(shop.load())\n' },
  ],
  'Python: moved, and imported from beside': [
    {
      'pkg/__init__.py': '',
      'pkg/shop.py': 'def load():\n    one = 1\n    return one + 2 + 3 + 4\n',
      'pkg/other.py': 'x = 1\n',
    },
    { 'pkg/shop.py': 'x = 2\n', 'pkg/store.py': 'def load():\n    one = 1\n    return one + 2 + 3 + 4\n' },
    { 'pkg/other.py': 'from .shop import load\nx = load()\n' },
  ],
  'Go: in the same package': [
    {
      'shop/a.go': 'package shop\n\nfunc load() int {\n\tone := 1\n\treturn one + 2 + 3 + 4\n}\n',
      'shop/b.go': 'package shop\n\nfunc b() int { return 1 }\n',
    },
    { 'shop/a.go': 'package shop\n\nfunc read() int {\n\tone := 1\n\treturn one + 2 + 3 + 4\n}\n' },
    { 'shop/b.go': 'package shop\n\nfunc b() int { return load() }\n' },
  ],
  'Go: arguments in the same package': [
    {
      'shop/a.go': 'package shop\n\nfunc load(a int) int {\n\treturn a\n}\n',
      'shop/b.go': 'package shop\n\nfunc b() int { return 1 }\n',
    },
    { 'shop/a.go': 'package shop\n\nfunc load(a, b int) int {\n\treturn a\n}\n' },
    { 'shop/b.go': 'package shop\n\nfunc b() int { return load(1) }\n' },
  ],
  'Go: declared by both in two files': [
    {
      'shop/a.go': 'package shop\n\nfunc a() int { return 1 }\n',
      'shop/b.go': 'package shop\n\nfunc b() int { return 1 }\n',
    },
    { 'shop/a.go': 'package shop\n\nfunc a() int { return 1 }\n\nfunc load() int { return 2 }\n' },
    { 'shop/b.go': 'package shop\n\nfunc b() int { return 1 }\n\nfunc load() int { return 3 }\n' },
  ],
  'Java: a type of the same package': [
    {
      'a/Cup.java': 'package a;\n\npublic class Cup {\n  int size() { return 1 + 2 + 3; }\n}\n',
      'a/U.java': 'package a;\n\nclass U {\n}\n',
    },
    { 'a/Cup.java': null, 'a/Mug.java': 'package a;\n\npublic class Mug {\n  int size() { return 1 + 2 + 3; }\n}\n' },
    { 'a/U.java': 'package a;\n\nclass U {\n  Cup cup = new Cup();\n}\n' },
  ],
  'Rust: by its whole path': [
    {
      'src/lib.rs': 'mod shop;\nmod t;\n',
      'src/shop.rs': 'pub fn load() -> i32 {\n    let one = 1;\n    one + 2 + 3\n}\n',
      'src/t.rs': 'pub fn t() {}\n',
    },
    { 'src/shop.rs': 'pub fn read() -> i32 {\n    let one = 1;\n    one + 2 + 3\n}\n' },
    { 'src/t.rs': 'pub fn t() {\n    crate::shop::load();\n}\n' },
  ],
  'Rust: of a module below': [
    {
      'src/main.rs': 'mod shop;\n\nfn main() {\n}\n',
      'src/shop.rs': 'pub fn load() -> i32 {\n    let one = 1;\n    one + 2 + 3\n}\n',
    },
    { 'src/shop.rs': 'pub fn read() -> i32 {\n    let one = 1;\n    one + 2 + 3\n}\n' },
    { 'src/main.rs': 'mod shop;\n\nfn main() {\n    shop::load();\n}\n' },
  ],
  'Rust: of an imported module': [
    {
      'src/lib.rs': 'mod shop;\nmod t;\n',
      'src/shop.rs': 'pub fn load() -> i32 {\n    let one = 1;\n    one + 2 + 3\n}\n',
      'src/t.rs': 'pub fn t() {}\n',
    },
    { 'src/shop.rs': 'pub fn read() -> i32 {\n    let one = 1;\n    one + 2 + 3\n}\n' },
    { 'src/t.rs': 'use crate::shop;\n\npub fn t() {\n    shop::load();\n}\n' },
  ],
  'Kotlin: in the same package': [
    {
      'a/A.kt': 'package a\n\nfun load(): Int {\n    return 1 + 2 + 3 + 4\n}\n',
      'a/B.kt': 'package a\n\nfun b() = 1\n',
    },
    { 'a/A.kt': 'package a\n\nfun read(): Int {\n    return 1 + 2 + 3 + 4\n}\n' },
    { 'a/B.kt': 'package a\n\nfun b() = load()\n' },
  ],
  'TypeScript: an import of a file that moved': [
    { 'a/x.ts': 'export const x = 1\nexport const y = 2\nexport const z = 3\n', 'y.ts': exported('load') },
    { 'a/x.ts': null, 'b/c/x.ts': 'export const x = 1\nexport const y = 2\nexport const z = 3\n' },
    {
      'a/x.ts':
        "import { load } from '../y.ts'\nexport const x = 1\nexport const y = 2\nexport const z = 3\nexport const w = load()\n",
    },
  ],
}

/** Ways that are found, and cannot be repaired. */
const found: Readonly<Record<string, string>> = {
  'JavaScript: required, of what is no longer given': 'deleted',
  'TypeScript: arguments of a function in a constant': 'signature',
  'TypeScript: renamed, and changed': 'renamed',
  'Go: arguments in the same package': 'signature',
  'Go: declared by both in two files': 'doubled',
}

/** The file in which a use was repaired, with the new text. */
const repaired: Readonly<Record<string, readonly [string, string]>> = {
  'JavaScript: required': ['new.js', "const { other, read } = require('./a')\nother(read())\n"],
  'JavaScript: required, where the name is a key, too': [
    'new.js',
    "const { read: load } = require('./a')\nmodule.exports = { load }\n",
  ],
  'TypeScript: behind the name of a module': ['t.ts', `import * as a from './a.ts'\nexport const x = a.read()\n`],
  'TypeScript: handed on by another file': ['t.ts', `import { read } from './index.ts'\nexport const x = read()\n`],
  'TypeScript: a module without its ending': ['src/t.ts', `import { load } from './lib/a'\nexport const x = load()\n`],
  'TypeScript: a module that is a folder': ['src/t.ts', `import { load } from './b'\nexport const x = load()\n`],
  'TypeScript: a type': [
    't.ts',
    `import type { Mug } from './a.ts'\nexport let x: Mug | undefined\nexport function f(cup: Mug): Mug { return cup }\n`,
  ],
  'TypeScript: where the name is a key, too': [
    'new.ts',
    `import { read as load } from './a.ts'\nexport const x = load()\nexport const y = { load }\n`,
  ],
  'TypeScript: a function in a constant': ['new.ts', `import { read } from './a.ts'\nexport const x = read(1)\n`],
  'TypeScript: renamed in its place': ['new.ts', `import { B } from './a.ts'\nexport const x = B\n`],
  'TypeScript: a default export of a file that moved': [
    'new.ts',
    `import load from './lib/a.ts'\nexport const x = load()\n`,
  ],
  'Python: behind the name of a module': ['new.py', `import shop\n\nprint(shop.read())\n`],
  'Python: behind the name of a module of a package': ['new.py', `from pkg import shop\n\nprint(shop.read())\n`],
  'Python: moved, and imported from beside': ['pkg/other.py', `from .store import load\nx = load()\n`],
  'Go: in the same package': ['shop/b.go', `package shop\n\nfunc b() int { return read() }\n`],
  'Java: a type of the same package': ['a/U.java', `package a;\n\nclass U {\n  Mug cup = new Mug();\n}\n`],
  'Rust: by its whole path': ['src/t.rs', `pub fn t() {\n    crate::shop::read();\n}\n`],
  'Rust: of a module below': ['src/main.rs', `mod shop;\n\nfn main() {\n    shop::read();\n}\n`],
  'Rust: of an imported module': ['src/t.rs', `use crate::shop;\n\npub fn t() {\n    shop::read();\n}\n`],
  'Kotlin: in the same package': ['a/B.kt', `package a\n\nfun b() = read()\n`],
  'TypeScript: an import of a file that moved': [
    'b/c/x.ts',
    `import { load } from '../../y.ts'\nexport const x = 1\nexport const y = 2\nexport const z = 3\nexport const w = load()\n`,
  ],
}

const changed = (base: Files, changes: Changes): Files =>
  Object.fromEntries(
    Object.entries({ ...base, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null),
  )

describe('ways to use something of another file', () => {
  for (const [way, [base, left, right]] of Object.entries(cases))
    it(`${way} is ${found[way] === undefined ? 'repaired' : 'found'}`, async () => {
      const trees = { base: treeOf(base), left: treeOf(changed(base, left)), right: treeOf(changed(base, right)) }
      const merged = await mergeTrees(trees)
      assert.deepEqual(
        merged.findings.map(({ reason }) => reason),
        found[way] === undefined ? [] : [found[way]],
      )
      if (found[way] !== undefined) return
      assert.equal(merged.status, 'clean')
      const [path, text] = repaired[way]!
      assert.equal(new TextDecoder().decode(await merged.files.get(path)!.read()), text)
    })

  it('in one file is repaired where a declaration was renamed', async () => {
    const missed: string[] = []
    for (const { language, situation, path, base, left, right } of situations()) {
      // Names of C# are not followed.
      if (!/^a (function|constant|type) renamed, and (called|used)/.test(situation) || language === 'C#') continue
      const merged = await mergeTrees({
        base: treeOf({ [path]: base }),
        left: treeOf({ [path]: left }),
        right: treeOf({ [path]: right }),
      })
      if (merged.status !== 'clean' || merged.repaired.length === 0) missed.push(`${language}: ${situation}`)
    }
    assert.deepEqual(missed, [])
  })
})
