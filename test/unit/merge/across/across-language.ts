/** Something that a module declares. */
export interface Declared {
  readonly kind: 'function' | 'constant' | 'type'
  readonly name: string
  /** Of a function: its parameters, and a statement of its body. */
  readonly parameters?: number
  readonly body?: string
}

/** A use in a function of its own. */
export interface Used {
  readonly kind: Declared['kind']
  readonly name: string
  /** The module that declares it. */
  readonly module: string
  readonly given?: number
  /** A part of the name of the function. */
  readonly as: string
}

/** How a language writes modules that declare something, and files that use it. Types stand in their module, in Java in a file of their own. */
export interface AcrossLanguage {
  readonly language: string
  readonly path: (module: string) => string
  readonly declaring: (module: string, all: readonly Declared[]) => string
  /** `imports`: what is imported besides what is used. */
  readonly using: (module: string, uses: readonly Used[], imports?: readonly Used[]) => string
  /** Of types in files of their own. */
  readonly typePath?: (name: string) => string
  readonly typeText?: (name: string) => string
}

const numbers = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, at) => at + from)
const filler = 'one + two + three + four'

/** The names that are imported, by module, in the order of their first use. */
function modulesOf(uses: readonly Used[]): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, Set<string>>()
  for (const { module, name } of uses) found.set(module, (found.get(module) ?? new Set()).add(name))
  return [...found].map(([module, names]) => [module, [...names]])
}

function ecmascript(language: string, ending: string, type: (name: string) => string, number: string): AcrossLanguage {
  return {
    language,
    path: (module) => `src/${module}.${ending}`,
    declaring: (_, all) =>
      all
        .map(({ kind, name, parameters = 1, body = filler }) => {
          if (kind === 'constant') return `export const ${name} = 10\n`
          if (kind === 'type') return type(name)
          const names = numbers(parameters).map((at) => `p${at}${number}`)
          return `export function ${name}(${names.join(', ')}) {\n  const [one, two, three, four] = [1, 2, 3, 4]\n  return ${body}\n}\n`
        })
        .join('\n'),
    using: (_, uses, imports = []) =>
      [
        modulesOf([...imports, ...uses])
          .map(([module, names]) => `import { ${names.join(', ')} } from './${module}.${ending}'\n`)
          .join(''),
        ...uses.map(({ kind, name, given = 1, as }) => {
          const value =
            kind === 'constant' ? name : kind === 'type' ? `new ${name}()` : `${name}(${numbers(given).join(', ')})`
          return `export function use${as}() {\n  const result = ${value}\n  console.log('use ${as}')\n  return result\n}\n`
        }),
      ].join('\n'),
  }
}

const python: AcrossLanguage = {
  language: 'Python',
  path: (module) => `shopping/${module}.py`,
  declaring: (_, all) =>
    all
      .map(({ kind, name, parameters = 1, body = filler }) => {
        if (kind === 'constant') return `${name} = 10\n`
        if (kind === 'type') return `class ${name}:\n    size = 1\n    weight = 2\n    colour = "red"\n`
        const names = numbers(parameters).map((at) => `p${at}`)
        return `def ${name}(${names.join(', ')}):\n    one, two, three, four = 1, 2, 3, 4\n    return ${body}\n`
      })
      .join('\n\n'),
  using: (_, uses, imports = []) =>
    [
      modulesOf([...imports, ...uses])
        .map(([module, names]) => `from shopping.${module} import ${names.join(', ')}\n`)
        .join(''),
      ...uses.map(({ kind, name, given = 1, as }) => {
        const value =
          kind === 'constant' ? name : kind === 'type' ? `${name}()` : `${name}(${numbers(given).join(', ')})`
        return `def use${as}():\n    result = ${value}\n    print("use ${as}")\n    return result\n`
      }),
    ].join('\n\n'),
}

const upper = (name: string): string => name[0]!.toUpperCase() + name.slice(1)

const go: AcrossLanguage = {
  language: 'Go',
  path: (module) => `${module}/${module}.go`,
  declaring: (module, all) =>
    [
      `package ${module}\n`,
      ...all.map(({ kind, name, parameters = 1, body = filler }) => {
        if (kind === 'constant') return `const ${upper(name)} = 10\n`
        if (kind === 'type') return `type ${upper(name)} struct {\n\tSize int\n\tWeight int\n\tColour string\n}\n`
        const names = numbers(parameters).map((at) => `p${at} int`)
        return `func ${upper(name)}(${names.join(', ')}) int {\n\tone, two, three, four := 1, 2, 3, 4\n\treturn ${body}\n}\n`
      }),
    ].join('\n'),
  using: (module, uses, imports = []) => {
    const names = ['fmt', ...modulesOf([...imports, ...uses]).map(([each]) => `example.com/${each}`)]
    return [
      `package ${module}\n`,
      `import (\n${names.map((each) => `\t"${each}"\n`).join('')})\n`,
      ...uses.map(({ kind, name, module: from, given = 1, as }) => {
        const own = `${from}.${upper(name)}`
        const value = kind === 'constant' ? own : kind === 'type' ? `${own}{}` : `${own}(${numbers(given).join(', ')})`
        return `func Use${as}() {\n\tresult := ${value}\n\tfmt.Println("use ${as}")\n\tfmt.Println(result)\n}\n`
      }),
    ].join('\n')
  },
}

const java: AcrossLanguage = {
  language: 'Java',
  path: (module) => `src/org/${module}/${upper(module)}.java`,
  declaring: (module, all) =>
    [
      `package org.${module};\n\npublic class ${upper(module)} {\n`,
      ...all.map(({ kind, name, parameters = 1, body = filler }) => {
        if (kind === 'type') return ''
        if (kind === 'constant') return `    public static final int ${name} = 10;\n`
        const names = numbers(parameters).map((at) => `int p${at}`)
        return `    public static int ${name}(${names.join(', ')}) {\n        int one = 1, two = 2, three = 3, four = 4;\n        return ${body};\n    }\n`
      }),
      '}\n',
    ].join('\n'),
  using: (module, uses, imports = []) => {
    const classOf = ({ kind, name, module: from }: Used) => `org.${from}.${kind === 'type' ? name : upper(from)}`
    const names = new Set([...imports, ...uses].map(classOf))
    return [
      `package org.${module};\n\n${[...names].map((each) => `import ${each};\n`).join('')}`,
      `public class ${upper(module)} {\n`,
      ...uses.map(({ kind, name, module: from, given = 1, as }) => {
        const own = `${upper(from)}.${name}`
        const value =
          kind === 'constant' ? own : kind === 'type' ? `new ${name}()` : `${own}(${numbers(given).join(', ')})`
        return `    public static Object use${as}() {\n        Object result = ${value};\n        System.out.println("use ${as}");\n        return result;\n    }\n`
      }),
      '}\n',
    ].join('\n')
  },
  typePath: (name) => `src/org/shop/${name}.java`,
  typeText: (name) =>
    `package org.shop;\n\npublic class ${name} {\n    int size = 1;\n    int weight = 2;\n    String colour = "red";\n}\n`,
}

const kotlin: AcrossLanguage = {
  language: 'Kotlin',
  path: (module) => `src/org/${module}/${upper(module)}.kt`,
  declaring: (module, all) =>
    [
      `package org.${module}\n`,
      ...all.map(({ kind, name, parameters = 1, body = filler }) => {
        if (kind === 'constant') return `const val ${name} = 10\n`
        if (kind === 'type') return `class ${name} {\n    val size = 1\n    val weight = 2\n    val colour = "red"\n}\n`
        const names = numbers(parameters).map((at) => `p${at}: Int`)
        return `fun ${name}(${names.join(', ')}): Int {\n    val (one, two, three, four) = listOf(1, 2, 3, 4)\n    return ${body}\n}\n`
      }),
    ].join('\n'),
  using: (module, uses, imports = []) =>
    [
      `package org.${module}\n`,
      modulesOf([...imports, ...uses])
        .flatMap(([from, names]) => names.map((name) => `import org.${from}.${name}\n`))
        .join(''),
      ...uses.map(({ kind, name, given = 1, as }) => {
        const value =
          kind === 'constant' ? name : kind === 'type' ? `${name}()` : `${name}(${numbers(given).join(', ')})`
        return `fun use${as}(): Any {\n    val result = ${value}\n    println("use ${as}")\n    return result\n}\n`
      }),
    ].join('\n'),
}

const rust: AcrossLanguage = {
  language: 'Rust',
  path: (module) => `src/${module}.rs`,
  declaring: (_, all) =>
    all
      .map(({ kind, name, parameters = 1, body = filler }) => {
        if (kind === 'constant') return `pub const ${name}: i32 = 10;\n`
        if (kind === 'type')
          return `pub struct ${name} {\n    pub size: i32,\n    pub weight: i32,\n    pub colour: i32,\n}\n`
        const names = numbers(parameters).map((at) => `_p${at}: i32`)
        return `pub fn ${name}(${names.join(', ')}) -> i32 {\n    let (one, two, three, four) = (1, 2, 3, 4);\n    ${body}\n}\n`
      })
      .join('\n'),
  using: (_, uses, imports = []) =>
    [
      modulesOf([...imports, ...uses])
        .map(([module, names]) => `use crate::${module}::${names.length === 1 ? names[0] : `{${names.join(', ')}}`};\n`)
        .join(''),
      ...uses.map(({ kind, name, given = 1, as }) => {
        const value =
          kind === 'constant'
            ? name
            : kind === 'type'
              ? `${name} { size: 1, weight: 2, colour: 3 }`
              : `${name}(${numbers(given).join(', ')})`
        return `pub fn use${as}() {\n    let _result = ${value};\n    println!("use ${as}");\n}\n`
      }),
    ].join('\n'),
}

const typed = (name: string) => `export class ${name} {\n  size = 1\n  weight = 2\n  colour = 'red'\n}\n`

export const acrossLanguages: readonly AcrossLanguage[] = [
  ecmascript('TypeScript', 'ts', typed, ': number'),
  ecmascript('JavaScript', 'js', typed, ''),
  python,
  go,
  java,
  kotlin,
  rust,
]
