import type { AcrossLanguage, Declared, Used } from './across-language.ts'

export type Files = Readonly<Record<string, string>>

/** Two changes of a tree that merge file by file. */
export interface AcrossSituation {
  readonly situation: string
  readonly base: Files
  readonly left: Files
  readonly right: Files
  /** `repaired`: the merge is to be clean, and as `expected`. `found`: it may not be clean. `fine`: it is clean, and nothing is to be found. */
  readonly wanted: 'repaired' | 'found' | 'fine'
  readonly expected?: Files
}

/** A small program: two modules that declare, and two that use. */
interface Program {
  readonly shop: readonly Declared[]
  readonly store: readonly Declared[]
  readonly user: readonly Used[]
  readonly till: readonly Used[]
  readonly desk: readonly Used[]
  /** What the module of `shop` is called. */
  readonly shopName?: string
  readonly userImports?: readonly Used[]
}

const load: Declared = { kind: 'function', name: 'load' }
const price: Declared = { kind: 'function', name: 'price', body: 'one * two * three' }
const other: Declared = { kind: 'function', name: 'other', body: 'one - two - three - four' }
const limit: Declared = { kind: 'constant', name: 'LIMIT' }
const cup: Declared = { kind: 'type', name: 'Cup' }
const keep: Declared = { kind: 'function', name: 'keep', body: 'one / two / three' }

const use = ({ kind, name }: Declared, as: string, module = 'shop'): Used => ({ kind, name, module, as })
const named = (declared: Declared, name: string): Declared => ({ ...declared, name })

const start: Program = {
  shop: [price, other, load, limit, cup, named(keep, 'hold')],
  store: [keep, named(other, 'another')],
  user: [use(load, 'One'), use(limit, 'Two'), use(cup, 'Three'), use(price, 'Four'), use(keep, 'Five', 'store')],
  till: [use(keep, 'One', 'store'), use(other, 'Two')],
  desk: [use(keep, 'One', 'store')],
}

function write(language: AcrossLanguage, program: Program): Files {
  const { shop, store, user, till, desk, shopName = 'shop', userImports } = program
  const files: Record<string, string> = {
    [language.path(shopName)]: language.declaring(shopName, shop),
    [language.path('store')]: language.declaring('store', store),
    [language.path('user')]: language.using('user', user, userImports),
    [language.path('till')]: language.using('till', till),
    [language.path('desk')]: language.using('desk', desk),
    ...(language.language === 'Rust' && {
      'src/lib.rs': `mod ${shopName};\nmod store;\nmod user;\nmod till;\nmod desk;\n`,
    }),
  }
  for (const { kind, name } of shop)
    if (kind === 'type' && language.typePath) files[language.typePath(name)] = language.typeText!(name)
  return files
}

const without = (all: readonly Declared[], { name }: Declared) => all.filter((each) => each.name !== name)
const replaced = (all: readonly Declared[], { name }: Declared, now: Declared) =>
  all.map((each) => (each.name === name ? now : each))
const renamedUses = (uses: readonly Used[], name: string, to: string) =>
  uses.map((each) => (each.name === name ? { ...each, name: to } : each))
const movedUses = (uses: readonly Used[], name: string | undefined, to: string) =>
  uses.map((each) =>
    each.name === name || (name === undefined && each.module === 'shop') ? { ...each, module: to } : each,
  )

type Change = (program: Program) => Program

const rename =
  (declared: Declared, to: string): Change =>
  (program) => ({
    ...program,
    shop: replaced(program.shop, declared, named(declared, to)),
    user: renamedUses(program.user, declared.name, to),
    till: renamedUses(program.till, declared.name, to),
    desk: renamedUses(program.desk, declared.name, to),
  })
const remove =
  (declared: Declared): Change =>
  (program) => ({
    ...program,
    shop: without(program.shop, declared),
    user: program.user.filter(({ name }) => name !== declared.name),
  })
const move =
  (declared: Declared): Change =>
  (program) => ({
    ...program,
    shop: without(program.shop, declared),
    store: [...program.store, declared],
    user: movedUses(program.user, declared.name, 'store'),
    till: movedUses(program.till, declared.name, 'store'),
    desk: movedUses(program.desk, declared.name, 'store'),
  })
const moveFile: Change = (program) => ({
  ...program,
  shopName: 'stock',
  user: movedUses(program.user, undefined, 'stock'),
  till: movedUses(program.till, undefined, 'stock'),
  desk: movedUses(program.desk, undefined, 'stock'),
})
const useInTill =
  (used: Used): Change =>
  (program) => ({ ...program, till: [...program.till, used] })
const useInDesk =
  (used: Used): Change =>
  (program) => ({ ...program, desk: [...program.desk, used] })
const useInUser =
  (used: Used): Change =>
  (program) => ({ ...program, user: [...program.user, used] })
const change =
  (declared: Declared, now: Partial<Declared>): Change =>
  (program) => ({ ...program, shop: replaced(program.shop, declared, { ...declared, ...now }) })
const add =
  (declared: Declared, at: number): Change =>
  (program) => ({ ...program, shop: program.shop.toSpliced(at, 0, declared) })

const all =
  (...changes: readonly Change[]): Change =>
  (program) =>
    changes.reduce((now, each) => each(now), program)

/** What each side does; where the merge is to be clean, it is what one change after the other makes. */
const table: readonly (readonly [string, Change, Change, AcrossSituation['wanted'], Change?])[] = [
  [
    'function renamed, new call elsewhere',
    rename(load, 'read'),
    useInTill(use(load, 'Anew')),
    'repaired',
    all(useInTill(use(load, 'Anew')), rename(load, 'read')),
  ],
  [
    'constant renamed, new use elsewhere',
    rename(limit, 'MOST'),
    useInTill(use(limit, 'Anew')),
    'repaired',
    all(useInTill(use(limit, 'Anew')), rename(limit, 'MOST')),
  ],
  [
    'type renamed, new use elsewhere',
    rename(cup, 'Mug'),
    useInTill(use(cup, 'Anew')),
    'repaired',
    all(useInTill(use(cup, 'Anew')), rename(cup, 'Mug')),
  ],
  [
    'function renamed, new call where it is called',
    rename(load, 'read'),
    useInUser(use(load, 'Anew')),
    'repaired',
    all(useInUser(use(load, 'Anew')), rename(load, 'read')),
  ],
  ['function moved, new call elsewhere', move(load), useInTill(use(load, 'Anew')), 'repaired'],
  [
    'file moved, new call elsewhere',
    moveFile,
    useInDesk(use(load, 'Anew')),
    'repaired',
    all(useInDesk(use(load, 'Anew')), moveFile),
  ],
  [
    'import dropped, used anew',
    (program) => ({ ...program, user: program.user.slice(-1) }),
    useInUser(use(load, 'Anew')),
    'repaired',
  ],
  ['function deleted, new call elsewhere', remove(load), useInTill(use(load, 'Anew')), 'found'],
  ['constant deleted, new use elsewhere', remove(limit), useInTill(use(limit, 'Anew')), 'found'],
  ['type deleted, new use elsewhere', remove(cup), useInTill(use(cup, 'Anew')), 'found'],
  [
    'parameter added, new call elsewhere',
    all(change(load, { parameters: 2 }), (program) => ({
      ...program,
      user: program.user.map((each) => (each.name === 'load' ? { ...each, given: 2 } : each)),
    })),
    useInTill(use(load, 'Anew')),
    'found',
  ],
  ['function moved, and changed', move(load), change(load, { body: 'one + two + three * four' }), 'found'],
  [
    'body extracted, and changed',
    all(change(load, { body: 'sum(one, two)' }), add({ kind: 'function', name: 'sum', parameters: 2 }, 3)),
    change(load, { body: 'one + two + three * four' }),
    'found',
  ],
  [
    'one function added by both in two ways',
    add({ ...load, name: 'added', body: '1' }, 1),
    add({ ...load, name: 'added', body: '2' }, 5),
    'found',
  ],
  [
    'file moved, and changed',
    moveFile,
    change(load, { body: 'one + two + three * four' }),
    'fine',
    all(change(load, { body: 'one + two + three * four' }), moveFile),
  ],
  ['function renamed, another one called anew', rename(load, 'read'), useInTill(use(price, 'Anew')), 'fine'],
  ['function deleted, another one changed', remove(load), change(price, { body: 'one * two' }), 'fine'],
  ['parameter added, another one called anew', change(other, { body: 'two' }), useInTill(use(price, 'Anew')), 'fine'],
]

export function acrossSituations(language: AcrossLanguage): readonly AcrossSituation[] {
  const base = write(language, start)
  return table.map(([situation, left, right, wanted, both]) => ({
    situation,
    base,
    left: write(language, left(start)),
    right: write(language, right(start)),
    wanted,
    ...(both && { expected: write(language, both(start)) }),
  }))
}
