// dockerfile FILE: says what BuildKit's own parser and linter find wrong with a Dockerfile. Nothing, if all is well.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func main() {
	log.SetFlags(0)
	file, err := os.Open(os.Args[1])
	must(err)
	ast, err := parser.Parse(file)
	must(err)
	for _, warning := range ast.Warnings {
		fmt.Println(warning.Short)
	}
	_, _, err = instructions.Parse(ast.AST, linter.New(&linter.Config{Warn: warn}))
	must(err)
}

func warn(rule, description, _, message string, at []parser.Range) {
	line := 0
	if len(at) > 0 {
		line = at[0].Start.Line
	}
	fmt.Printf("%d: %s: %s (%s)\n", line, rule, message, description)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
