#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# capture-tree copies a tree from which the tool says the same.

. "$(dirname "$0")/lib.sh"

cd "$work" || exit 1
SYSROOT=$here/trees/ungrouped "$here/capture-tree" copy 2>err
result $? "captures"
note err
diff -r "$here/trees/ungrouped" copy > difference
code=$?
note difference
result $code "the tree is the same"
"$tool" --sysroot copy > new && "$tool" --sysroot "$here/trees/ungrouped" | cmp - new
result $? "the tool says the same"
SYSROOT=$here/trees/ungrouped "$here/capture-tree" copy 2>/dev/null
[ $? -eq 1 ]
result $? "overwrites nothing"
SYSROOT=$here/trees/no-view "$here/capture-tree" none 2>/dev/null
[ $? -eq 1 ] && [ ! -e none ]
result $? "needs the view"
"$here/capture-tree" 2>/dev/null
[ $? -eq 2 ]
result $? "needs an argument"
finish
