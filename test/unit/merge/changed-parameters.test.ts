import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

/** By language: a function with its parameters, what stands between it and a function, and that with a statement. */
const languages: Readonly<
  Record<string, readonly [path: string, text: (parameters: string, statement: string) => string]>
> = {
  TypeScript: [
    'a.ts',
    (parameters, statement) =>
      `function move(${parameters}) {\n  return from + to\n}\n\nexport const rest = 1\n\nexport function last() {\n  ${statement}\n  return 1\n}\n`,
  ],
  Python: [
    'a.py',
    (parameters, statement) =>
      `def move(${parameters}):\n    return 1\n\n\nrest = 1\n\n\ndef last():\n    ${statement}\n    return 1\n`,
  ],
  Go: [
    'a.go',
    (parameters, statement) =>
      `package a\n\nfunc move(${parameters}) {\n}\n\nvar rest = 1\n\nfunc last() {\n\t${statement}\n\tend()\n}\n`,
  ],
  Java: [
    'A.java',
    (parameters, statement) =>
      `class A {\n  void move(${parameters}) {\n  }\n\n  int rest = 1;\n\n  void last() {\n    ${statement}\n    end();\n  }\n}\n`,
  ],
  Kotlin: [
    'a.kt',
    (parameters, statement) =>
      `fun move(${parameters}) {\n}\n\nval rest = 1\n\nfun last() {\n    ${statement}\n    end()\n}\n`,
  ],
  PHP: [
    'a.php',
    (parameters, statement) =>
      `<?php\nfunction move(${parameters}) {\n}\n\n$rest = 1;\n\nfunction last() {\n    ${statement}\n    end();\n}\n`,
  ],
}

const orders: Readonly<Record<string, readonly [before: string, after: string, call: string]>> = {
  TypeScript: ['from: string, to: string', 'to: string, from: string', "move('a', 'b')"],
  Python: ['source, target', 'target, source', "move('a', 'b')"],
  Go: ['source, target string', 'target, source string', 'move("a", "b")'],
  Java: ['String source, String target', 'String target, String source', 'move("a", "b");'],
  Kotlin: ['source: String, target: String', 'target: String, source: String', 'move("a", "b")'],
  PHP: ['$source, $target', '$target, $source', "move('a', 'b');"],
}

const names: typeof orders = {
  Python: ['source, force=False', 'source, overwrite=False', "move('a', force=True)"],
  Kotlin: [
    'source: String, force: Boolean = false',
    'source: String, hard: Boolean = false',
    'move("a", force = true)',
  ],
  PHP: ['$source, $force = false', '$source, $hard = false', "move('a', force: true);"],
}

/** What makes a function asynchronous, and how its result is waited for. */
const asynchronous: Readonly<
  Record<string, readonly [path: string, text: (mark: string, statement: string) => string, wait: string]>
> = {
  TypeScript: [
    'a.ts',
    (mark, statement) =>
      `${mark}function load(id: string) {\n  return id\n}\n\nexport const rest = 1\n\nexport async function last() {\n  ${statement}\n  return 1\n}\n`,
    "const it = await load('a')",
  ],
  Python: [
    'a.py',
    (mark, statement) =>
      `${mark}def load(id):\n    return id\n\n\nrest = 1\n\n\nasync def last():\n    ${statement}\n    return 1\n`,
    "it = await load('a')",
  ],
  Rust: [
    'a.rs',
    (mark, statement) =>
      `${mark}fn load(id: i32) -> i32 {\n    id\n}\n\nstatic rest: i32 = 1;\n\nasync fn last() {\n    ${statement}\n    end();\n}\n`,
    'let it = load(1).await;',
  ],
}

async function statusOf(language: string, [before, after, call]: readonly [string, string, string], known = '1;') {
  const [path, text] = languages[language]!
  const texts = { base: text(before, known), left: text(after, known), right: text(before, call) }
  const [merged, exchanged] = await Promise.all([
    mergeText({ path, ...texts }),
    mergeText({ path, ...texts, left: texts.right, right: texts.left }),
  ])
  assert.equal(merged.status, exchanged.status)
  return merged.status
}

describe('a new call of a function whose parameters the other side changed', () => {
  for (const [language, all] of Object.entries(orders))
    it(`conflicts where their order is another one, in ${language}`, async () => {
      assert.equal(await statusOf(language, all), 'conflict')
      // With another name alone the argument is for the same one.
      const [before, , call] = all
      assert.equal(await statusOf(language, [before, before.replace(/from|source/, 'origin'), call]), 'clean')
    })

  for (const [language, all] of Object.entries(names))
    it(`conflicts where it gives one by a name that is gone, in ${language}`, async () => {
      assert.equal(await statusOf(language, all), 'conflict')
      const [before, after, call] = all
      assert.equal(await statusOf(language, [before, after, call.replace(/, \w+(?: = |: |=)/, ', ')]), 'clean')
    })

  for (const [language, [path, text, wait]] of Object.entries(asynchronous))
    it(`conflicts where it does not wait for what is asynchronous now, in ${language}`, async () => {
      const merge = (statement: string) =>
        mergeText({ path, base: text('', 'one();'), left: text('async ', 'one();'), right: text('', statement) })
      assert.equal((await merge(wait.replace(/ ?\.?await/, ''))).status, 'conflict')
      assert.equal((await merge(wait)).status, 'clean')
    })
})
