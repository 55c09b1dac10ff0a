// Prints the CustomResourceDefinitions of the Multi-Cluster Services API, as its module carries them.
package main

import (
	"fmt"

	"sigs.k8s.io/mcs-api/config/crd"
)

func main() {
	fmt.Printf("%s\n---\n%s", crd.ServiceExportCRD, crd.ServiceImportCRD)
}
