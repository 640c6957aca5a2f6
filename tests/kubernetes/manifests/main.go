// SPDX-License-Identifier: MIT

// manifests DIR...: what `kubectl apply -k DIR` would send, a line of JSON for each
// object, decoded strictly: a field that the API does not have is an error. (kubectl
// itself asks the server for that; its --dry-run=client lets every field pass.)
package main

import (
	"encoding/json"
	"fmt"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	for _, dir := range os.Args[1:] {
		if err := show(dir); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", dir, err)
			os.Exit(1)
		}
	}
}

func show(dir string) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, corev1.AddToScheme, rbacv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	strict := serializer.NewCodecFactory(scheme, serializer.EnableStrict).
		UniversalDeserializer()
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).
		Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return err
	}
	for _, object := range objects.Resources() {
		text, err := object.AsYAML()
		if err != nil {
			return err
		}
		decoded, _, err := strict.Decode(text, nil, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", object.CurId(), err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(decoded); err != nil {
			return err
		}
	}
	return nil
}
