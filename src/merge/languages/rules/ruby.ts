import { mergeRules } from './defaults.ts'

/** Ruby finds its methods when it runs; what one side took away and nothing else of the file has is missed all the same. */
export const ruby = mergeRules({
  lists: {
    program: { order: 'ordered' },
    body_statement: { order: 'ordered' },
    block_body: { order: 'ordered' },
    method_parameters: { order: 'ordered', separator: ',' },
    argument_list: { order: 'ordered', separator: ',' },
    hash: { order: 'free', separator: ',' },
    array: { order: 'ordered', separator: ',' },
  },
  labels: {
    elsif: { chain: 'condition' },
    rescue: { before: 'then', between: ',', in: ['exceptions'] },
    when: { before: 'then', between: ',' },
  },
  names: { pair: ['key'] },
  free: ['method', 'singleton_method', 'class', 'module'],
  registrations: {
    kind: 'call',
    call: ['.'],
    functions: ['require', 'require_relative', 'describe', 'context', 'it', 'test', 'specify'],
  },
  arguments: ['argument_list'],
  identifiers: ['identifier', 'constant'],
  binders: {
    method: ['name'],
    singleton_method: ['name'],
    class: ['name'],
    module: ['name'],
    assignment: ['left'],
    operator_assignment: ['left'],
    method_parameters: ['*'],
    lambda_parameters: ['*'],
    block_parameters: ['*'],
    optional_parameter: ['name'],
    keyword_parameter: ['name'],
    exception_variable: ['*'],
    for: ['pattern'],
    as_pattern: ['name'],
    array_pattern: ['*'],
    hash_pattern: ['*'],
    find_pattern: ['*'],
    in_clause: ['pattern'],
  },
  members: { call: ['method?receiver'], scope_resolution: ['name?scope'] },
  scopes: {
    declarations: ['method', 'singleton_method'],
    blocks: ['block', 'do_block', 'lambda'],
    hoisted: ['assignment', 'operator_assignment', 'exception_variable', 'in_clause', 'for'],
  },
  signatures: { declarations: { method: ['parameters'] }, calls: ['call'] },
  locals: [],
  typeMembers: {
    // A block may be the body of another class.
    types: { class: ['name'], module: ['name'], singleton_class: ['value'], do_block: /(?!)/g, block: /(?!)/g },
    members: [
      { at: 'body_statement/method', name: ['name'] },
      { at: 'body_statement/call', name: /:(\w+)/g, having: /^attr_(?:reader|accessor)\b/ },
    ],
  },
  receivers: ['self'],
  defaults: [
    'optional_parameter.value',
    'keyword_parameter.value',
    'element_reference.object',
    'call.receiver',
    'call.arguments',
  ],
})
