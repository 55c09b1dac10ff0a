// Issues what a cluster's servers and clients prove themselves with: certificates under a CA of their own, and key
// pairs. Node makes and reads keys, but issues no certificates.
//
// Reads one request as JSON on stdin, writes NAME.crt and NAME.key into its directory, NAME.pub and NAME.key for a
// bare pair, all of them PEM. A CA that is already there is used again, so that certificates can be issued, renewed
// and left to expire while servers run.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type request struct {
	Directory    string        `json:"directory"`
	CA           string        `json:"ca"`
	Keys         []string      `json:"keys"`
	Certificates []certificate `json:"certificates"`
}

// For a server its addresses; for a client its user name and groups, as Kubernetes reads them.
type certificate struct {
	Name          string   `json:"name"`
	CommonName    string   `json:"commonName"`
	Organizations []string `json:"organizations"`
	Addresses     []string `json:"addresses"`
	Seconds       int      `json:"seconds"`
}

type issuer struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("credentials: ")
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("the request on stdin: %w", err)
	}
	for _, name := range asked.Keys {
		if err := writePair(filepath.Join(asked.Directory, name)); err != nil {
			return err
		}
	}
	ca, err := authority(filepath.Join(asked.Directory, asked.CA))
	if err != nil {
		return err
	}
	for _, one := range asked.Certificates {
		if err := ca.issue(filepath.Join(asked.Directory, one.Name), one); err != nil {
			return err
		}
	}
	return nil
}

func authority(path string) (*issuer, error) {
	pair, err := os.ReadFile(path + ".key")
	if os.IsNotExist(err) {
		return newAuthority(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(block(pair))
	if err != nil {
		return nil, fmt.Errorf("%s.key: %w", path, err)
	}
	text, err := os.ReadFile(path + ".crt")
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(block(text))
	if err != nil {
		return nil, fmt.Errorf("%s.crt: %w", path, err)
	}
	return &issuer{parsed, key.(crypto.Signer)}, nil
}

func newAuthority(path string) (*issuer, error) {
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: filepath.Base(path)},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(30 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	key, err := writeKey(path)
	if err != nil {
		return nil, err
	}
	parsed, err := sign(path, template, template, key.Public(), key)
	return &issuer{parsed, key}, err
}

func (ca *issuer) issue(path string, asked certificate) error {
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: asked.CommonName, Organization: asked.Organizations},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Duration(asked.Seconds) * time.Second),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for _, address := range asked.Addresses {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		if ip := net.ParseIP(address); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, address)
		}
	}
	key, err := writeKey(path)
	if err != nil {
		return err
	}
	_, err = sign(path, template, ca.certificate, key.Public(), ca.key)
	return err
}

func sign(path string, template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, fmt.Errorf("%s.crt: %w", path, err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(path+".crt", text, 0o600); err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func writePair(path string) error {
	key, err := writeKey(path)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	return os.WriteFile(path+".pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600)
}

func writeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return key, os.WriteFile(path+".key", text, 0o600)
}

func block(text []byte) []byte {
	if found, _ := pem.Decode(text); found != nil {
		return found.Bytes
	}
	return nil
}

func serial() *big.Int {
	number, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		log.Fatal(err)
	}
	return number
}
