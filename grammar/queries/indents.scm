[
  (block)
  (object)
  (tuple)
  (for_object)
  (for_tuple)
  (call)
  (parentheses)
] @indent.begin

["}" "]" ")"] @indent.branch
["}" "]" ")"] @indent.end
(heredoc) @indent.ignore
