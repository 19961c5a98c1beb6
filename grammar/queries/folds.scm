[
  (block)
  (object)
  (tuple)
  (for_object)
  (for_tuple)
  (call)
  (parentheses)
  (heredoc)
  (comment)
] @fold
