package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"hexmcp/cmd/hexmcp/internal/file"
	"hexmcp/server/skills"
	"hexmcp/tools/skill"
)

// maxSkill is how many bytes an installed skill may have to be compared with ours.
const maxSkill = 1 << 20

// servedSkills are the skills that agents are offered over MCP.
func servedSkills() []skills.Skill {
	front := skills.Frontmatter{Name: skill.Name, Description: skill.Description, License: skill.License}
	return []skills.Skill{{Frontmatter: front, Text: sync.OnceValue(skill.Text)}}
}

// skillFolders are the folders in which agents look for skills. Codex, Gemini CLI,
// Copilot, Cursor, opencode and others share the first; Claude Code reads only its own.
func (a *app) skillFolders() ([]string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, errors.New("the environment names no home folder of the user: say where with --dir")
	}
	claude, _ := a.env("CLAUDE_CONFIG_DIR")
	if claude == "" {
		claude = filepath.Join(home, ".claude")
	}
	return []string{filepath.Join(home, ".agents", "skills"), filepath.Join(claude, "skills")}, nil
}

func (a *app) installSkill() *cobra.Command {
	var dir string
	var show, remove bool
	cmd := &cobra.Command{
		Use:   "install-skill",
		Short: "Teach agents with a shell to work through hexmcp call",
		Long: `Write a skill into the folders in which agents look for skills: ~/.agents/skills
(Codex, Gemini CLI, Copilot, Cursor, opencode and others) and ~/.claude/skills
(Claude Code). It teaches them to work with Hex by hexmcp call, without MCP.
A skill of that name that is not of this program is not touched.`,
		Example: `  hexmcp install-skill
  hexmcp install-skill --dir .agents/skills      into a project
  hexmcp install-skill --print
  hexmcp install-skill --remove`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if show {
				_, err := a.out.Write(skill.Text())
				return failed(err)
			}
			if remove {
				return a.inSkillFolders(dir, a.removeSkill)
			}
			return a.inSkillFolders(dir, a.writeSkill)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder of skills to use instead")
	cmd.Flags().BoolVar(&show, "print", false, "print the skill, and write nothing")
	cmd.Flags().BoolVar(&remove, "remove", false, "take the skill out of the folders")
	return cmd
}

// inSkillFolders calls do with the path of the skill's file in each folder.
func (a *app) inSkillFolders(dir string, do func(string) error) error {
	folders := []string{dir}
	if dir == "" {
		var err error
		if folders, err = a.skillFolders(); err != nil {
			return err
		}
	}
	var all []error
	for _, folder := range folders {
		all = append(all, do(filepath.Join(folder, skill.Name, skill.File)))
	}
	return failed(errors.Join(all...))
}

func (a *app) writeSkill(name string) error {
	before, err := file.Read(name, maxSkill)
	switch {
	case bytes.Equal(before, skill.Text()):
		a.say("The skill is already in %s", name)
		return nil
	case err == nil && !isOurs(before):
		return fmt.Errorf("%s is another skill of this name, and was not changed", name)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return err
	}
	if err := file.Replace(name, skill.Text(), 0o644); err != nil {
		return err
	}
	a.say("The skill is in %s", name)
	return nil
}

// isOurs reports whether a skill is one of this program, perhaps of another version.
func isOurs(content []byte) bool {
	head, _, _ := strings.Cut(string(content), "\n---\n")
	return strings.Contains(head, "\nname: "+skill.Name+"\n") && strings.Contains(string(content), "`hexmcp call ")
}

// removeSkill removes the file of the skill, and its folder if nothing else is in it.
func (a *app) removeSkill(name string) error {
	content, err := file.Read(name, maxSkill)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		a.say("The skill is not in %s", name)
		return nil
	case err != nil:
		return err
	case !isOurs(content):
		return fmt.Errorf("%s is another skill of this name, and was not removed", name)
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	_ = os.Remove(filepath.Dir(name)) // fails if something else is in it
	a.say("The skill is taken out of %s", name)
	return nil
}
