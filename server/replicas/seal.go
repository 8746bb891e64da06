package replicas

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// What lies in Redis for another replica is sealed with the name that it is found by,
// of which Redis knows a digest only: names hold an id that nobody can guess.

func sealed(name string, plain []byte) []byte {
	box := boxOf(name)
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return box.Seal(nonce, nonce, plain, nil)
}

// errSeal says that something was not sealed under its name.
var errSeal = errors.New("what was kept cannot be read")

func unsealed(name string, b []byte) ([]byte, error) {
	box := boxOf(name)
	if len(b) < box.NonceSize() {
		return nil, errSeal
	}
	plain, err := box.Open(nil, b[:box.NonceSize()], b[box.NonceSize():], nil)
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

func boxOf(name string) cipher.AEAD {
	mac := hmac.New(sha256.New, []byte(name))
	mac.Write([]byte("seal"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		panic(err) // only for a key of another length
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for a block of another size
	}
	return box
}
