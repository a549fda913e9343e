/** Something that speaks against a merged text. `name`: what it is about. */
export interface Finding {
  readonly check:
    | 'conservation'
    | 'changes'
    | 'syntax'
    | 'duplicates'
    | 'bindings'
    | 'signatures'
    | 'wire'
    | 'prose'
    | 'references'
    | 'renames'
    | 'extracted'
    | 'inlined'
  readonly name: string
  /** With `extracted` and `inlined`: where the side that did it has now what the other one has changed. The line counts from 0. */
  readonly at?: { readonly side: 'left' | 'right'; readonly line: number }
}
