[
  (for_tuple)
  (for_object)
] @local.scope

(for_tuple key: (identifier) @local.definition)
(for_tuple value: (identifier) @local.definition)
(for_object key: (identifier) @local.definition)
(for_object value: (identifier) @local.definition)

(identifier) @local.reference
