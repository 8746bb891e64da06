package profile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"hexmcp/cmd/hexmcp/internal/file"
	"hexmcp/hexapi"
)

// Store holds a user's profiles. It is safe for concurrent use.
type Store struct {
	folder  string // empty if the environment names no home folder
	keyring patient
}

// maxFile is how many bytes a profile may have.
const maxFile = 64 << 10

// Open returns the store of the user whose home folder the environment names. The keyring
// may be nil for none.
func Open(env func(string) (string, bool), keyring Keyring) *Store {
	if keyring == nil {
		keyring = none{}
	}
	return &Store{folder: folderOf(env), keyring: patient{keyring: keyring}}
}

// folderOf is the folder of the store. It depends only on the home folder of the user (on
// APPDATA on Windows), because MCP hosts do not pass XDG_CONFIG_HOME on to servers.
func folderOf(env func(string) (string, bool)) string {
	base, below := "HOME", ".config"
	switch runtime.GOOS {
	case "windows":
		base, below = "APPDATA", ""
	case "darwin":
		below = "Library/Application Support"
	}
	home, _ := env(base)
	if home == "" {
		return ""
	}
	return filepath.Join(home, filepath.FromSlash(below), "hexmcp")
}

// errNoFolder means that the environment names no home folder.
var errNoFolder = errors.New("there is no place for profiles, because the environment names no home folder of the user")

// Folder is the folder of the files; empty if there is none.
func (s *Store) Folder() string { return s.folder }

// File is the path of the file of a profile.
func (s *Store) File(name string) string {
	return filepath.Join(s.folder, "profiles", name+".json")
}

// stored is the content of a profile's file.
type stored struct {
	Profile
	Token string `json:"token,omitempty"` // empty if the token is in the keyring
}

// sealed is the secret in the keyring: a token, and the address that it belongs to.
type sealed struct {
	APIURL string `json:"apiUrl"`
	Token  string `json:"token"`
}

// Find returns a profile, or a [*MissingError] or [*BrokenError].
func (s *Store) Find(name string) (Profile, error) {
	all, err := s.find(name)
	return all.Profile, err
}

func (s *Store) find(name string) (stored, error) {
	var found stored
	if s.folder == "" || CheckName(name) != nil {
		return found, &MissingError{name}
	}
	content, err := file.Read(s.File(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return found, &MissingError{name}
	}
	if err == nil {
		err = found.read(content)
	}
	if err != nil {
		return stored{}, &BrokenError{name, err}
	}
	found.Name = name
	return found, nil
}

// read parses and checks the content of a file, which somebody may have edited.
func (p *stored) read(content []byte) error {
	if json.Unmarshal(content, p) != nil {
		return errors.New("its file is not as hexmcp login writes it")
	}
	if p.APIURL == "" {
		return errors.New("its file names no address")
	}
	if _, err := hexapi.BaseURL(p.APIURL); err != nil {
		return fmt.Errorf("its address: %w", err)
	}
	return nil
}

// Token returns the token of a profile, or a [*MissingError] or [*BrokenError]. It fails
// if the token belongs to another address than p names. It waits for the keyring up to
// half a minute.
func (s *Store) Token(ctx context.Context, p Profile) (hexapi.Secret, error) {
	all, err := s.find(p.Name)
	if err != nil {
		return "", err
	}
	held := sealed{all.APIURL, all.Token}
	if all.InKeyring {
		if held, err = s.unseal(ctx, p.Name); err != nil {
			return "", &BrokenError{p.Name, err}
		}
	}
	switch {
	case held.Token == "":
		return "", &BrokenError{p.Name, errors.New("it holds no token")}
	case held.APIURL != p.APIURL || all.APIURL != p.APIURL:
		return "", &BrokenError{p.Name, errors.New("its token belongs to another address than the profile names")}
	}
	return hexapi.Secret(held.Token), nil
}

func (s *Store) unseal(ctx context.Context, name string) (sealed, error) {
	var held sealed
	secret, err := s.keyring.get(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return held, errors.New("its token is not in the keyring")
	}
	if err != nil {
		return held, fmt.Errorf("keyring: %w", err)
	}
	if json.Unmarshal([]byte(secret), &held) != nil {
		return held, errors.New("what the keyring has is not as hexmcp login writes it")
	}
	return held, nil
}

// KeyringError means that the keyring failed to save or delete a token.
type KeyringError struct{ Err error }

// Error says why.
func (e *KeyringError) Error() string { return fmt.Sprintf("keyring: %v", e.Err) }

// Unwrap returns the cause.
func (e *KeyringError) Unwrap() error { return e.Err }

// Save saves a profile and its token, which goes into the keyring if p.InKeyring is true.
// If the keyring fails, it returns a [*KeyringError] and has saved nothing. The first
// profile becomes the default one.
func (s *Store) Save(ctx context.Context, p Profile, token hexapi.Secret) error {
	if s.folder == "" {
		return errNoFolder
	}
	if err := CheckName(p.Name); err != nil {
		return err
	}
	before, _ := s.find(p.Name)
	all := stored{Profile: p}
	if p.InKeyring {
		secret, err := json.Marshal(sealed{p.APIURL, token.Reveal()})
		if err == nil {
			err = s.keyring.set(ctx, p.Name, string(secret))
		}
		if err != nil {
			return &KeyringError{err}
		}
	} else {
		all.Token = token.Reveal()
	}
	if err := s.write(all); err != nil {
		return err
	}
	if before.InKeyring && !p.InKeyring {
		_ = s.keyring.delete(ctx, p.Name) // the old token; an error does not matter, since it is not used any more
	}
	return nil
}

// write writes the file of a profile, and makes it the default one if there is none.
func (s *Store) write(all stored) error {
	content, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	name := s.File(all.Name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	_ = os.Chmod(name, private) // Replace keeps the permissions, and somebody may have widened them
	if err := file.Replace(name, append(content, '\n'), private); err != nil {
		return err
	}
	if s.DefaultName() == "" {
		return s.SetDefault(all.Name)
	}
	return nil
}

// private are the permissions of a file that only its owner may read.
const private os.FileMode = 0o600

// Remove deletes a profile and its token. It returns a [*MissingError] if there is none.
func (s *Store) Remove(ctx context.Context, name string) error {
	found, err := s.Find(name)
	if _, missing := errors.AsType[*MissingError](err); missing {
		return err
	}
	if err != nil || found.InKeyring { // a profile that cannot be read may have a token in the keyring
		removed := s.keyring.delete(ctx, name)
		if removed != nil && !errors.Is(removed, ErrNotFound) && err == nil {
			return &KeyringError{removed}
		}
	}
	if err := os.Remove(s.File(name)); err != nil {
		return err
	}
	if s.DefaultName() == name {
		return os.Remove(s.defaultFile())
	}
	return nil
}

// Names are the names of all profiles, sorted.
func (s *Store) Names() []string {
	var all []string
	files, _ := filepath.Glob(s.File("*"))
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if CheckName(name) == nil {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

func (s *Store) defaultFile() string { return filepath.Join(s.folder, "default-profile") }

// DefaultName is the name of the profile that is used when none is named; empty for none.
func (s *Store) DefaultName() string {
	if s.folder == "" {
		return ""
	}
	content, _ := file.Read(s.defaultFile(), maxFile)
	name := strings.TrimSpace(string(content))
	if CheckName(name) != nil {
		return ""
	}
	return name
}

// SetDefault makes a profile the default one. It fails as [Store.Find] does if the profile
// cannot be used.
func (s *Store) SetDefault(name string) error {
	if _, err := s.Find(name); err != nil {
		return err
	}
	return file.Replace(s.defaultFile(), []byte(name+"\n"), private)
}
