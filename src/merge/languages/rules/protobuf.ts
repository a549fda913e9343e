import { mergeRules } from './defaults.ts'

/** Numbers tell what is sent, so that the order of declarations means nothing. */
export const protobuf = mergeRules({
  lists: {
    file: { order: 'free' },
    message_body: { order: 'free' },
    oneof_body: { order: 'free' },
    enum_body: { order: 'free' },
    service_body: { order: 'free' },
    rpc_body: { order: 'free' },
    field_options: { order: 'unordered', separator: ',' },
    ranges: { order: 'unordered', separator: ',' },
  },
  names: { syntax: ['=syntax'], package: ['=package'], extend: ['type_name'] },
  // These may be called as something else is.
  overloads: { option: ['.'], extend: ['.'] },
  identifiers: ['type_name'],
  binders: { message: ['name'], enum: ['name'] },
  wire: {
    numbers: { field: ['number'], map_field: ['number'], group: ['number'], enum_value: ['number'] },
    scopes: ['message', 'group', 'extend', 'enum'],
    openScopes: ['enum'],
    reserved: ['ranges'],
    aliases: /\ballow_alias\s*=\s*true\b/,
  },
})
