/**
 * Where the names that a text declares are bound: within the innermost node of these kinds, else in the whole text. Types and name spaces are none of them: what they
 * hold may be known elsewhere.
 */
export interface ScopeRules {
  /** Functions that are declared: their own names are bound around them, all else within. */
  readonly declarations?: readonly string[]
  readonly functions?: readonly string[]
  /** Blocks, loops and branches: whatever binds names within a function for a part of it. */
  readonly blocks?: readonly string[]
  /** What binds its names in the whole function, in whatever block it stands: `var`, labels. */
  readonly hoisted?: readonly string[]
  /** What says that the names in it are not those of the function around: `global`. */
  readonly outward?: readonly string[]
}
