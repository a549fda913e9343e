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
  readonly name: string
}
