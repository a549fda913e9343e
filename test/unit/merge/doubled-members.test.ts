import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'

/** By what is declared twice: the texts of the sides, `A` and `B` being where each adds something, and what is between them. */
const programs: Readonly<Record<string, readonly [path: string, text: string, left: string, right: string]>> = {
  'a method of a value and of a pointer': [
    'a.go',
    'package a\n\ntype T struct{ n int }\nA\n\nfunc one() {}\n\nfunc two() {}\nB\n',
    '\nfunc (t T) Reset() {}',
    '\nfunc (t *T) Reset() { t.n = 1 }',
  ],
  'a field and a method': [
    'a.go',
    'package a\n\ntype T struct {\n\ta int\nA\n}\n\nfunc one() {}\n\nfunc two() {}\nB\n',
    '\tsize int',
    '\nfunc (t *T) size() int { return 1 }',
  ],
  'a function in two impls': [
    'a.rs',
    'struct S;\n\nimpl S {\n    fn one(&self) {}\nA\n}\n\nfn two() {}\n\nimpl S {\n    fn three(&self) {}\nB\n}\n',
    '    fn reset(&mut self) {}',
    '    fn reset(&mut self) { panic!() }',
  ],
  'methods that differ in case': [
    'a.php',
    '<?php\nclass C {\nA\n    function one() {}\n\n    function two() {}\n\n    function three() {}\nB\n}\n',
    '    function getName() {}\n',
    '\n    function getname() { return 1; }',
  ],
  'a promoted parameter and a property': [
    'a.php',
    '<?php\nclass C {\n    private int $a;\nB\n\n    function one() {}\n\n    function __construct(private int $id,A) {}\n}\n',
    ' private int $name',
    '    private string $name;',
  ],
  'a property and a method': [
    'a.cs',
    'class C {\nA\n  int One() { return 1; }\n\n  int Two() { return 2; }\n\n  int Three() { return 3; }\nB\n}\n',
    '  string Name { get; set; }\n',
    '\n  string Name() { return ""; }',
  ],
  'a property of a constructor of Kotlin and of the body': [
    'a.kt',
    'class C(\n  val id: Int,\nA\n) {\n  fun one() = 1\n\n  fun two() = 2\nB\n}\n',
    '  val name: String,',
    '\n  val name = 1',
  ],
  'a property of a constructor of TypeScript and of the body': [
    'a.ts',
    'class C {\n  constructor(\n    private id: number,\nA\n  ) {}\n\n  one() {}\n\n  two() {}\nB\n}\n',
    '    private readonly name: string,',
    "\n  name = ''",
  ],
  'a member of a constructor of Scala and of the body': [
    'a.scala',
    'class C(\n  val id: Int,\nA\n) {\n  def one = 1\n\n  def two = 2\nB\n}\n',
    '  val name: String,',
    '\n  def name = 1',
  ],
  'a reader of Ruby and a method': [
    'a.rb',
    'class C\nA\n  def one; end\n\n  def two; end\n\n  def three; end\nB\nend\n',
    '  attr_reader :name\n',
    '\n  def name\n    1\n  end',
  ],
  'a key of a dictionary in other quotes': [
    'a.py',
    "D = {\nA\n    'one': 1,\n    'two': 2,\n    'three': 3,\nB\n}\n",
    "    'name': 1,",
    '    "name": 2,',
  ],
  'a field of a type and of its extension': [
    'a.graphql',
    'type C {\n  a: Int\nA\n}\n\ntype D {\n  d: Int\n}\n\ntype E {\n  e: Int\n}\nB\n',
    '  name: Int',
    '\nextend type C {\n  name: String\n}',
  ],
}

describe('a member that both sides added to one type, in other places', () => {
  for (const [what, [path, text, left, right]] of Object.entries(programs))
    it(`conflicts: ${what}`, async () => {
      const textWith = (a: string, b: string) =>
        text
          .replace(/^A\n/m, a && `${a}\n`)
          .replace(/^B\n/m, b && `${b}\n`)
          .replace('A', a)
      const merge = (other: string) =>
        mergeText({ path, base: textWith('', ''), left: textWith(left, ''), right: textWith('', other) })
      assert.equal((await merge(right)).status, 'conflict')
      // With another name, or on one side alone, it is right.
      const renamed = right.replace(/(name|size|reset)/i, '$1Else')
      assert.equal((await merge(renamed)).status, 'clean', renamed)
      const base = textWith('', '')
      const both = textWith(left, right)
      assert.equal(
        (await mergeText({ path, base: both, left: both.replace('one', 'uno'), right: both })).status,
        'clean',
      )
      assert.notEqual(base, both)
    })
})
