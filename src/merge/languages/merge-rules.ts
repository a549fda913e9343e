import type { ScopeRules } from './scope-rules.ts'

/**
 * What the order in a list means. `ordered`: everything, so that two additions at one place conflict. `prose`: that, and neighbours speak of one thing, so that
 * changes of two of them conflict. `free`: named
 * declarations may stand in any order, everything else is ordered. `valued`: free where every item tells its value after `=`, for else the
 * place is the value; otherwise ordered. `unordered`: nothing.
 */
export type ListOrder = 'ordered' | 'prose' | 'free' | 'valued' | 'unordered'

export interface ListRule {
  readonly order: ListOrder
  /** What has to stand between two items, if anything: `,` and `|` with white space, or white space alone; `,?` a comma in one line, where none is needed. */
  readonly separator?: ',' | '|' | '+' | ' ' | ',?'
  /** The child that ends what stands before the first item, where that is no bracket: a token, a field or a kind. */
  readonly from?: string
}

/** Fields of messages and values of enumerations are numbers where they are sent: each is of one, for good. */
export interface WireRules {
  /** Kinds that have a number, with the path to it. */
  readonly numbers: Readonly<Record<string, readonly string[]>>
  /** Kinds in which no number stands twice. */
  readonly scopes: readonly string[]
  /** Of these the ones whose members' names have to be unique in what is around them: values of enumerations as in C++. */
  readonly openScopes: readonly string[]
  /** Kinds that hold numbers, ranges of them and names that must not be used. */
  readonly reserved: readonly string[]
  /** A scope that holds this may use numbers twice. */
  readonly aliases?: RegExp
}

/**
 * Where a node has a label: what stands before a token or kind, each child in a field (the list is the node itself), a literal in a field, the value behind
 * a name, which one node of the whole file has, or the condition of a branch behind the `else` of another one, in a field. A branch may have several labels, told apart by `between`, in kinds that hold nothing else (`in`).
 */
export type LabelRule =
  | { readonly before: string; readonly between?: string; readonly in?: readonly string[] }
  | { readonly each: string }
  | { readonly value: string }
  | { readonly named: string }
  | { readonly chain: string }

/** Names that are words of the whole file: kinds of nodes that use one and that bind one, or may, each also as `parent/kind`. */
export interface WordRule {
  readonly uses: readonly string[]
  readonly binds: readonly string[]
  /** What such a name looks like. */
  readonly form?: RegExp
}

/** How variables are declared that cannot be assigned: the kind of the declaration, what its text has then, and the kinds of assignments, where the name comes first. */
export interface FixedRule {
  readonly declaration: string
  readonly sign: RegExp
  readonly assignments: readonly string[]
}

/** Members of types that may be declared apart from each other. */
export interface MemberRules {
  /** Kinds around members, with the path to the type's name, or what finds it in the text. Without a name what is in them is not looked at. */
  readonly types: Readonly<Record<string, readonly string[] | RegExp>>
  /** The path from a member to the type that it names itself. */
  readonly receiver?: readonly string[]
  readonly members: readonly {
    /** Its kind behind that of its parent: `parent/kind`. */
    readonly at: string
    /** The path to its name, or what finds the names in its text. */
    readonly name: readonly string[] | RegExp
    readonly having?: RegExp
    /** Several may have one name, but beside nothing else. */
    readonly isOverloaded?: true
    readonly ignoresCase?: true
  }[]
}

/** What a structured merge has to know of a language, beside its grammar. Kinds and fields are those of the grammar. */
export interface MergeRules {
  /** Kinds of nodes whose children are a list. */
  readonly lists: Readonly<Record<string, ListRule>>
  /** Kinds that only wrap a declaration, with the fields or kinds in which it stands: `export`, decorators. */
  readonly wrappers: Readonly<Record<string, readonly string[]>>
  /**
   * Kinds whose name does not stand in the field `name`: the path of fields or kinds to it. `.` is the node itself, `field+` follows a field as
   * long as there is one, `=word` is that word: of such kinds a list has one.
   */
  readonly names: Readonly<Record<string, readonly string[]>>
  /**
   * Calls that declare something by their first argument, in any order: the statement's kind, the path to the call, the functions. Test
   * suites are made of them.
   */
  readonly registrations?: {
    readonly kind: string
    readonly call: readonly string[]
    readonly functions: readonly string[]
  }
  /** Kinds that may stand in any order where they have a name, in ordered lists too: functions, types. */
  readonly free: readonly string[]
  /** Kinds that may be declared several times under one name, told apart by the types of the parameters: the path to them. */
  readonly overloads: Readonly<Record<string, readonly string[]>>
  /** Kinds of branches, of entries with keys and of members with values, which have one label each that no other one in their list has. */
  readonly labels: Readonly<Record<string, LabelRule>>
  /** Kinds that stand before the item to which they belong: attributes, annotations. */
  readonly prefixes: readonly string[]
  /** Kinds of the arguments of calls: on one line they are one value. */
  readonly arguments: readonly string[]
  /** Kinds of names that can be bound: `identifier`. */
  readonly identifiers: readonly string[]
  /**
   * Kinds that bind names, with where the names stand: of several the first that is there. A field; `field/kind` for children of both, the field
   * empty for none; `field?other` where the node has the other field, too; `*` for all children, `first` for the first name among
   * them, `last:` for the last word of the text, behind all else.
   */
  readonly binders: Readonly<Record<string, readonly string[]>>
  /** Kinds that declare members, which are used behind a receiver, told as in `binders`. Whatever binds a name declares a member, too. */
  readonly memberBinders: Readonly<Record<string, readonly string[]>>
  /**
   * Kinds with names that belong to something else: the member after a dot. As in `binders`, or `rest` for all children but the first,
   * `label` for a first child with `:` or `=` behind it.
   */
  readonly members: Readonly<Record<string, readonly string[]>>
  readonly scopes: ScopeRules
  readonly typeMembers?: MemberRules
  /** Kinds of statements that declare variables, of which a block has one of a name. With it, functions have one parameter of a name. */
  readonly locals?: readonly string[]
  readonly fixed?: FixedRule
  /** Names without scopes, each rule a namespace of its own. */
  readonly words?: readonly WordRule[]
  /** Functions that are called with as many arguments as they have parameters: their kinds with the path to these, and the kinds of calls. */
  readonly signatures?: {
    readonly declarations: Readonly<Record<string, readonly string[]>>
    readonly calls: readonly string[]
  }
  /** What tells whether statements mean the same in a function of their own. Without it none are looked for. */
  readonly extraction?: {
    /** Kinds of statements that end a function with its result. */
    readonly returns: readonly string[]
    /** Words that mean something else in another function: they leave it, wait in it, or name what it belongs to. */
    readonly bound: readonly string[]
    /** The last expression of a body is its result. */
    readonly hasTail?: true
    /** Parameters are values, and arguments may be references to them: a use may take a value away, a change may not be seen by the caller, and results have a type. */
    readonly pointers?: true
  }
  /** What stands before a member of the class itself: `this`, `self`; `kind.field` where functions name it themselves. */
  readonly receivers: readonly string[]
  /** `kind.field` of values that stand within what is bound: defaults. `kind.` for children without a field. */
  readonly defaults: readonly string[]
  /** Interface languages: what tells fields apart in stored and sent data. */
  readonly wire?: WireRules
  /** Kinds that are one value whatever is in them; white space between their nodes means nothing. */
  readonly whole: readonly string[]
  /** Kinds whose text is merged as a file of that name. */
  readonly embedded: Readonly<Record<string, string>>
  /** Text for people: the kinds of paragraphs, of lists, of the marks of their items, and of what binds a label for the whole text. */
  readonly prose?: {
    readonly paragraph: string
    readonly list: string
    readonly marker: string
    readonly label: string
  }
}
